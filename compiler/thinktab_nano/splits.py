"""The questions that accuracy is measured on: operands (in one split the phrasing too) were never trained on."""

from .questions import Split

SPLITS = {"operands": Split(held_out_operands=True), "phrasing": Split(held_out_operands=True, held_out_phrasing=True)}
TURNS = (0, 0, 0, 1, 2)  # earlier turns of consecutive questions
