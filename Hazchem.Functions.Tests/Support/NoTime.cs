namespace Hazchem.Functions.Tests.Support;

/// <summary>Whatever it is waited for is over at once.</summary>
internal sealed class NoTime : TimeProvider
{
    /// <summary>Set to false, waiting is as ever.</summary>
    public bool IsOver { get; set; } = true;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (!IsOver)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        callback(state);
        return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
