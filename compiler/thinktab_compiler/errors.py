"""The one error type which this package raises on purpose."""


class CompilerError(Exception):
    """A problem the user can act on; the message is one sentence naming the thing at fault."""
