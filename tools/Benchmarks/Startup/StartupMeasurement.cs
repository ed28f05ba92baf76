namespace Hazchem.Benchmarks.Startup;

/// <summary>How far one worker has come since it was started.</summary>
/// <param name="Milliseconds">By the clock.</param>
/// <param name="Processor">Processor time, in milliseconds.</param>
/// <param name="Memory">The most memory that was resident, in bytes.</param>
internal sealed record StartupMeasurement(double Milliseconds, double Processor, double Memory);
