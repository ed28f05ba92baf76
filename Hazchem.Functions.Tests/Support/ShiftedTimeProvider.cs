namespace Hazchem.Functions.Tests.Support;

/// <summary>The system's clock, put forward by hand. Its timers run as ever, so that calls over HTTP still time out.</summary>
internal sealed class ShiftedTimeProvider : TimeProvider
{
    private long shiftTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Interlocked.Read(ref shiftTicks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref shiftTicks, by.Ticks);
}
