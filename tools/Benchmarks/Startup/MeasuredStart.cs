namespace Hazchem.Benchmarks.Startup;

/// <summary>One start of one variant. A worker that sends no documents has only the first.</summary>
/// <param name="Loaded">When the host could run its functions.</param>
/// <param name="FirstSent">When the first document was sent and all of it recorded.</param>
/// <param name="AllSent">When all were.</param>
internal sealed record MeasuredStart(StartupMeasurement Loaded, StartupMeasurement? FirstSent, StartupMeasurement? AllSent);
