"""A small vocabulary for WebGPU kernels on TVM's IR builder.

A kernel is plain Python: a Python loop unrolls, `Kernel.loop` makes a loop in the kernel. Argument lists may depend on
options, which TVM's own script syntax does not allow. The argument `called` sets a name in the WGSL too; the order of a
kernel's bindings follows from the names of its arguments. See docs/decisions/0023-kernel-language.md.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tvm import tirx
from tvm.script.ir_builder import IRBuilder
from tvm.script.ir_builder import tirx as T

Expression = Any  # a TIR expression, or a Python number
Block = AbstractContextManager[Any]  # a part of a kernel, written within it


class Array:
    """A buffer of a kernel: `array[i, j]` reads an element, assigning to it stores one."""

    def __init__(self, buffer: Any) -> None:
        self.buffer = buffer

    def __getitem__(self, indices: Any) -> Any:
        return self.buffer[indices]

    def __setitem__(self, indices: Any, value: Any) -> None:
        T.buffer_store(self.buffer, value, list(indices) if isinstance(indices, tuple) else [indices])


class PaddedTable:
    """Two-dimensional workgroup memory whose rows are one element longer than the used part.

    So the elements of a column lie in different banks. It is flattened by hand, because TVM would cut off the unused
    elements of a two-dimensional buffer.
    """

    def __init__(self, cells: Array, stride: int) -> None:
        self.cells, self.stride = cells, stride

    def __getitem__(self, indices: tuple[Any, Any]) -> Any:
        return self.cells[indices[0] * self.stride + indices[1]]

    def __setitem__(self, indices: tuple[Any, Any], value: Any) -> None:
        self.cells[indices[0] * self.stride + indices[1]] = value


class Kernel:
    """A kernel under construction; made by `kernel`."""

    function: tirx.PrimFunc  # when the `with` block of `kernel` has ended

    def __init__(self) -> None:
        self._names = 0

    def size(self, called: str | None = None) -> tirx.Var:
        """A dimension or an offset, i32, which is known at run time only; bound by the arguments that use it."""
        self._names += 1
        return tirx.Var(called or f"n{self._names}", "int32")

    def argument(
        self, shape: tuple[Expression, ...], dtype: str, offset: bool = False, called: str | None = None
    ) -> Array:
        """The next argument, a tensor; `offset` says that it may be a view into a larger one."""
        self._names += 1
        handle = T.arg(f"a{self._names}", T.handle())
        at = {"elem_offset": self.size()} if offset else {}
        return Array(_called(called, T.match_buffer(handle, shape, dtype, **at)))

    def scalar(self, dtype: str) -> tirx.Var:
        """The next argument, a number."""
        self._names += 1
        return T.arg(f"a{self._names}", tirx.Var(f"a{self._names}", dtype))

    @contextmanager
    def threads(self, count: int, *blocks: Expression) -> Iterator[tuple[Any, ...]]:
        """A launch: yields the indices of the workgroup (one for each of at most two `blocks`), then the thread's.

        A kernel may have several. They run one after the other, and each sees what the earlier ones have written. There
        is no third index of workgroups: TVM's runtime for the web needs it for launches of more than 65,535.
        """
        axes = ("blockIdx.x", "blockIdx.y")[: len(blocks)]
        frames = [T.thread_binding(n, thread=axis) for n, axis in zip(blocks, axes, strict=True)]
        frames.append(T.thread_binding(count, thread="threadIdx.x"))
        indices = [frame.__enter__() for frame in frames]
        with T.sblock("kernel"):
            T.reads()
            T.writes()
            yield tuple(indices)
        for frame in reversed(frames):
            frame.__exit__(None, None, None)

    def registers(self, count: int, dtype: str = "float32", called: str | None = None) -> Array:
        """Memory of one thread; in registers if every index is a constant once loops are unrolled."""
        return Array(_called(called, T.sblock_alloc_buffer((count,), dtype, scope="local")))

    def workspace(self, *shape: Expression, dtype: str = "float32") -> Array:
        """Memory of the device for what one launch leaves to the next; allocated before the first, not initialised.

        TVM's runtime takes it from a pool, which makes a new buffer whenever a larger one is asked for.
        """
        return Array(T.sblock_alloc_buffer(shape, dtype, scope="global"))

    def shared(self, *shape: int, dtype: str = "float32") -> Array:
        """Memory of one workgroup."""
        return Array(T.sblock_alloc_buffer(shape, dtype, scope="shared"))

    def shared_table(self, rows: int, columns: int) -> PaddedTable:
        """Memory of one workgroup which threads read along rows and along columns."""
        return PaddedTable(self.shared(rows * (columns + 1)), columns + 1)

    def name(self, value: Expression, called: str | None = None) -> Any:
        """A variable with that value, computed once."""
        return _called(called, T.bind(value))

    @contextmanager
    def loop(self, count: Expression, called: str | None = None) -> Iterator[Any]:
        """Repeats its block in the kernel; yields the index."""
        with T.serial(count) as index:
            yield _called(called, index)

    @contextmanager
    def unrolled(self, count: int) -> Iterator[Any]:
        """As `loop`, unrolled by the compiler."""
        with T.unroll(count) as index:
            yield index

    @contextmanager
    def when(self, condition: Expression) -> Iterator[None]:
        """Runs its block if `condition` holds; TVM allows no shared memory in a condition."""
        with T.If(condition), T.Then():
            yield

    @contextmanager
    def either(self, condition: Expression) -> Iterator[tuple[Block, Block]]:
        """As `when`; yields the context of code for a true `condition`, and that of code for a false one."""
        with T.If(condition):
            yield T.Then(), T.Else()

    def barrier(self) -> None:
        """Waits for all threads of the workgroup."""
        T.evaluate(T.tvm_storage_sync("shared"))


def _called(called: str | None, thing: Any) -> Any:
    """`thing`, a buffer or a variable, under that name."""
    return thing if called is None else IRBuilder.name(called, thing)


@contextmanager
def kernel(symbol: str | None = None) -> Iterator[Kernel]:
    """Builds a PrimFunc that is already scheduled; with a `symbol`, the runtime finds it under that name."""
    building = Kernel()
    with IRBuilder() as builder, T.prim_func(is_private=symbol is None, s_tir=True):
        named = {} if symbol is None else {"global_symbol": symbol}
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True, **named})
        yield building
    building.function = builder.get()


def f32(value: Expression) -> Any:
    """A number as an f32 constant, or an expression cast to f32."""
    return tirx.const(value, "float32") if isinstance(value, (int, float)) else tirx.Cast("float32", value)


def ceil_div(value: Expression, divisor: int) -> Expression:
    """value / divisor, rounded up."""
    return (value + divisor - 1) // divisor
