using System.Runtime.InteropServices;
using Wasmtime;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>
/// PDFium with a memory of its own, for one document. What a hostile document breaks is only this: it can neither crash
/// the process nor take more memory than it is given, and it is stopped when it is cancelled.
/// </summary>
/// <remarks>
/// Any call throws <see cref="UnreadableFileException"/> where PDFium gave up or broke, after which none can be made any
/// more, and <see cref="OperationCanceledException"/>. For one thread at a time.
/// </remarks>
internal sealed class PdfiumSandbox : IDisposable
{
    private const int WasmPageBytes = 65_536;

    /// <summary>Grown by a fifth at once, since each growth takes the kernel's time.</summary>
    private const int GrowthShare = 5;

    private readonly Store _store;
    private readonly Instance _instance;
    private readonly Memory _memory;
    private readonly Table _table;
    private readonly Func<int> _stackPointer;
    private readonly Action<int> _restoreStack;
    private readonly Action<int, int> _setThrew;
    private readonly Dictionary<string, Function> _functions = [];
    private readonly Dictionary<int, Delegate> _jumpTargets = [];
    private CancellationToken _cancellation;
    private bool _broken;

    /// <param name="maxMemory">In bytes.</param>
    public PdfiumSandbox(long maxMemory)
    {
        _store = PdfiumModule.NewStore(this);
        _store.SetLimits(memorySize: maxMemory, instances: 1, memories: 1, tables: 1);
        _store.SetEpochDeadline(1);
        _store.SetEpochDeadlineCallback(_ =>
        {
            _cancellation.ThrowIfCancellationRequested();
            return 1;
        });
        _instance = PdfiumModule.Instantiate(_store);
        _memory = _instance.GetMemory("memory")!;
        _table = _instance.GetTable("__indirect_function_table")!;
        _stackPointer = _instance.GetFunction<int>("emscripten_stack_get_current")!;
        _restoreStack = _instance.GetAction<int>("_emscripten_stack_restore")!;
        _setThrew = _instance.GetAction<int, int>("setThrew")!;
        Run("__wasm_call_ctors");
    }

    /// <summary>Whether it wanted more memory than it may have since this was last set to false.</summary>
    public bool LackedMemory { get; set; }

    /// <summary>What runs until the result is disposed stops when it is cancelled.</summary>
    public IDisposable CancelWith(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _cancellation = cancellationToken;
        return cancellationToken.Register(PdfiumModule.Interrupt);
    }

    public void Run(string function, params ReadOnlySpan<ValueBox> arguments) => Invoke(function, arguments);

    public int Call(string function, params ReadOnlySpan<ValueBox> arguments) => (int)Invoke(function, arguments)!;

    /// <exception cref="UnreadableFileException">There is not so much memory.</exception>
    public int Allocate(int bytes)
    {
        var address = Call("malloc", bytes);
        return address != 0 ? address : throw new UnreadableFileException();
    }

    public void Free(int address) => Run("free", address);

    /// <summary>The sandbox's memory; good until the next call.</summary>
    public Span<byte> Bytes(int address, int length) => _memory.GetSpan((uint)address, length);

    public int ReadInt32(int address) => _memory.ReadInt32((uint)address);

    public void WriteInt32(int address, int value) => _memory.WriteInt32((uint)address, value);

    public float ReadSingle(int address) => _memory.ReadSingle((uint)address);

    public bool Grow(uint bytes)
    {
        var now = _memory.GetLength();
        if (TryGrow(now, Math.Max(bytes, now + (now / GrowthShare))) || TryGrow(now, bytes))
        {
            return true;
        }

        LackedMemory = true;
        return false;
    }

    /// <summary>A function of the module's table, which does not change while it runs.</summary>
    public TDelegate At<TDelegate>(int index, Func<Function, TDelegate?> wrap)
        where TDelegate : Delegate
    {
        ref var target = ref CollectionsMarshal.GetValueRefOrAddDefault(_jumpTargets, index, out _);
        target ??= wrap((Function)_table.GetElement((uint)index)!)
            ?? throw new InvalidOperationException("A function that may jump has another signature.");
        return (TDelegate)target;
    }

    /// <summary>What setjmp does: runs, and where it was jumped out of, tells the module so and gives 0.</summary>
    public int CatchJump(Func<PdfiumSandbox, int> call)
    {
        var stack = _stackPointer();
        try
        {
            return call(this);
        }
        catch (WasmtimeException e) when (e.InnerException is LongJumpException)
        {
            _restoreStack(stack);
            _setThrew(1, 0);
            return 0;
        }
    }

    public void Dispose() => _store.Dispose();

    private bool TryGrow(long now, long wanted)
    {
        try
        {
            _memory.Grow((wanted - now + WasmPageBytes - 1) / WasmPageBytes);
            return true;
        }
        catch (WasmtimeException)
        {
            return false;
        }
    }

    private object? Invoke(string name, ReadOnlySpan<ValueBox> arguments)
    {
        if (_broken)
        {
            throw new UnreadableFileException();
        }

        ref var function = ref CollectionsMarshal.GetValueRefOrAddDefault(_functions, name, out _);
        function ??= _instance.GetFunction(name) ?? throw new MissingMethodException("PDFium", name);
        try
        {
            return function.Invoke(arguments);
        }
        catch (WasmtimeException e)
        {
            // Its memory is as it was in the midst of something.
            _broken = true;
            for (var inner = e.InnerException; inner is not null; inner = inner.InnerException)
            {
                if (inner is OperationCanceledException)
                {
                    throw new OperationCanceledException(_cancellation);
                }
            }

            throw new UnreadableFileException(LackedMemory ? PdfReasons.Memory : null);
        }
    }
}
