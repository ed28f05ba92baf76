namespace Hazchem.Benchmarks.Imaging;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Photos">A folder, or null for the project's own samples.</param>
/// <param name="Documents">A folder, or null for the project's own samples.</param>
/// <param name="Limits">In bytes.</param>
/// <param name="Contenders">For photos; ours always takes part. Empty for all.</param>
/// <param name="Parts">What is measured.</param>
/// <param name="Page">The page of documentation to write, or null for none.</param>
internal sealed record BenchmarkRequest(
    DirectoryInfo? Photos,
    DirectoryInfo? Documents,
    IReadOnlyList<long> Limits,
    IReadOnlyList<string> Contenders,
    IReadOnlyList<string> Parts,
    int Threads,
    int Repeats,
    bool Details,
    FileInfo? Page);
