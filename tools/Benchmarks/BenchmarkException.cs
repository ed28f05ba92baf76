namespace Hazchem.Benchmarks;

/// <summary>Something that whoever runs the benchmarks can put right; the message is shown as it is.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
