"""Growth says what version 4 said, and several processes find the gradient that one finds."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from thinktab_nano.batches import batches_at
from thinktab_nano.vocabulary import nano_tokenizer

torch = pytest.importorskip("torch", reason="torch is not installed; it comes with the extra `train`")

CHECKPOINT = Path(__file__).resolve().parents[1] / "nano/checkpoint"
TOKENIZER = nano_tokenizer()


def test_a_grown_model_says_the_same(tmp_path: Path) -> None:
    from thinktab_nano.export import read_config, write_checkpoint
    from thinktab_nano.growth import grown
    from thinktab_nano.model import NanoConfig, forward, initial_parameters

    config = NanoConfig(TOKENIZER.get_vocab_size())
    small = replace(config, num_hidden_layers=config.num_hidden_layers - 2)
    old = initial_parameters(small, 4)
    write_checkpoint(old, small, TOKENIZER, tmp_path, on_grid=False)
    (fresh,) = TOKENIZER.encode("鸡").ids
    vocabulary = tmp_path / "tokenizer.json"
    data = json.loads(vocabulary.read_text())
    model = data["model"]  # as if the smaller model did not have this token
    token = next(token for token, place in model["vocab"].items() if place == fresh)
    model["vocab"]["no token"] = model["vocab"].pop(token)
    model["merges"] = [pair for pair in model["merges"] if "".join(pair) != token]
    vocabulary.write_text(json.dumps(data))
    assert read_config(tmp_path) == small
    new = grown(tmp_path, config, TOKENIZER, seed=1)
    others = torch.arange(config.vocab_size) != fresh
    for text in ("<｜User｜>12+7<｜Assistant｜><think>\n", "<｜User｜>三加四等于几<｜Assistant｜><think>\n"):
        ids = torch.tensor([TOKENIZER.encode(text).ids])
        was, now = (forward(given, size, ids)[0, -1] for given, size in ((old, small), (new, config)))
        torch.testing.assert_close(now[others], was[others])
    assert not torch.equal(new["model.embed_tokens.weight"][fresh], old["model.embed_tokens.weight"][fresh])
    with pytest.raises(ValueError, match="cannot grow"):
        grown(tmp_path, replace(config, num_hidden_layers=3), TOKENIZER, seed=1)


def test_a_run_goes_on_from_an_unfinished_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from thinktab_nano import export
    from thinktab_nano.growth import grown
    from thinktab_nano.model import NanoConfig
    from thinktab_nano.train import PEAK_LEARNING_RATE, learning_rate

    config = NanoConfig(TOKENIZER.get_vocab_size())
    before = grown(CHECKPOINT, config, TOKENIZER, seed=1)
    export.write_checkpoint(before, config, TOKENIZER, tmp_path / "run", on_grid=False)
    monkeypatch.setattr("sys.argv", ["export", str(tmp_path / "run"), str(tmp_path / "half"), "--unfinished"])
    export.main()
    size = [(tmp_path / name / "model.safetensors").stat().st_size for name in ("run", "half")]
    assert size[1] < 0.51 * size[0]
    after = grown(tmp_path / "half", config, TOKENIZER, seed=2)
    for name, value in before.items():
        assert after[name].dtype == value.dtype
        assert float((after[name] - value).abs().max()) < 1e-3 * max(1.0, float(value.abs().max()))
    rates = [learning_rate(step, 14000, done) for step, done in ((2000, 2000), (2149, 2000), (2149, 0), (13999, 2000))]
    assert rates == pytest.approx([PEAK_LEARNING_RATE / 150, PEAK_LEARNING_RATE, PEAK_LEARNING_RATE, 0], abs=1e-6)


def test_every_row_of_a_step_is_in_one_share() -> None:
    from thinktab_nano.workers import share_of

    batches = batches_at(TOKENIZER, 7, 0)
    shares = share_of(batches, 3)
    rows = sorted(row.tobytes() for batch in batches for row in batch.ids)
    assert sorted(row.tobytes() for share in shares for batch in share for row in batch.ids) == rows
    sizes = [sum(batch.ids.size for batch in share) for share in shares]
    assert max(sizes) < 1.3 * min(sizes)


def test_two_processes_find_the_gradient_of_one() -> None:
    from thinktab_nano.model import NanoConfig, initial_parameters
    from thinktab_nano.workers import Workers

    config = NanoConfig(
        TOKENIZER.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
        head_dim=32,
        intermediate_size=32,
    )
    found = []
    for processes in (1, 2):
        parameters = {name: value.requires_grad_() for name, value in initial_parameters(config, 3).items()}
        loss = Workers(parameters, config, 7, processes).gradient(0, quantized=False, precise=True)
        found.append((loss, {name: value.grad.numpy() for name, value in parameters.items()}))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-5)
    for name, gradient in found[0][1].items():
        np.testing.assert_allclose(found[1][1][name], gradient, rtol=1e-3, atol=1e-6)


def test_steps_are_those_of_pytorchs_muon_but_for_its_rounding() -> None:
    from thinktab_nano.muon import Muon

    torch.manual_seed(3)
    shapes = [(128, 128), (64, 128), (384, 128), (128, 384), (128, 128)]
    begun = [torch.randn(shape) for shape in shapes]
    ours, theirs = ([value.clone().requires_grad_() for value in begun] for _ in range(2))
    steps = (
        Muon(ours, weight_decay=0.05, lr=2e-3),
        torch.optim.Muon(theirs, weight_decay=0.05, lr=2e-3, adjust_lr_fn="match_rms_adamw"),
    )
    for _ in range(3):
        for mine, other in zip(ours, theirs, strict=True):
            mine.grad = torch.randn(mine.shape)
            other.grad = mine.grad.clone()
        for one in steps:
            one.step()
    for before, mine, other in zip(begun, ours, theirs, strict=True):
        assert float((mine - other).detach().norm()) < 0.02 * float((mine - before).detach().norm())
