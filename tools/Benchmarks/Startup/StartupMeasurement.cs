namespace Hazchem.Benchmarks.Startup;

/// <summary>One start of one variant.</summary>
/// <param name="FirstAnswer">From the start of the process to its first answer, as the Functions host waits for it; in milliseconds.</param>
/// <param name="FirstSent">From the start of the process until the first document was sent and all of it recorded; in milliseconds.</param>
/// <param name="AnswerProcessor">Processor time until the first answer, in milliseconds.</param>
/// <param name="SentProcessor">Processor time until the first document was sent, in milliseconds.</param>
/// <param name="AnswerMemory">The most memory that was resident until the first answer, in bytes.</param>
/// <param name="SentMemory">The same until the first document was sent.</param>
internal sealed record StartupMeasurement(
    double FirstAnswer, double FirstSent, double AnswerProcessor, double SentProcessor, double AnswerMemory, double SentMemory);
