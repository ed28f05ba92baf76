namespace Hazchem.LocalHost.Demo;

/// <summary>How one document ended.</summary>
/// <param name="Problem">What is not as it has to be; null when all is.</param>
internal sealed record DemoLine(
    string Direction,
    string Document,
    string Outcome,
    long BytesBefore,
    long? BytesAfter,
    string? Link,
    string? Reason,
    string? Problem)
{
    public bool AsExpected => Problem is null;
}
