namespace Hazchem.Benchmarks.Running;

/// <summary>What a worker process is told to do, as JSON on its command line.</summary>
/// <param name="Contender">Its name in <see cref="Contenders.ContenderList"/>.</param>
/// <param name="Limit">In bytes.</param>
/// <param name="LongSide">
/// In pixels: to what a peer shrinks a picture before it seeks the quality. See <see cref="Imaging.PhotoBenchmark"/>.
/// </param>
/// <param name="WarmUp">A small file to be worked on first, so that what happens once in a process is not measured.</param>
/// <param name="WarmUpLimit">In bytes.</param>
/// <param name="Repeats">How often the file is worked on.</param>
/// <param name="Output">Where the product is written.</param>
internal sealed record WorkOrder(
    string Contender,
    string File,
    long Limit,
    int LongSide,
    int Threads,
    string? WarmUp,
    long WarmUpLimit,
    int Repeats,
    string Output);
