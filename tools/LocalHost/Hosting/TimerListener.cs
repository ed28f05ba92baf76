namespace Hazchem.LocalHost.Hosting;

/// <summary>A timer: runs at its times, never twice at once, and leaves out the times that pass while it runs.</summary>
internal sealed class TimerListener(
    FunctionDefinition function,
    TimerTrigger trigger,
    TimeZoneInfo timeZone,
    FunctionsHostOptions options,
    Invoker invoker) : IDisposable
{
    private readonly SemaphoreSlim oneAtATime = new(1);
    private DateTimeOffset last;

    /// <param name="listening">Ends the schedule.</param>
    /// <param name="stopping">Ends the run under way.</param>
    public async Task RunAsync(CancellationToken listening, CancellationToken stopping)
    {
        if (trigger.RunOnStartup)
        {
            await RunNowAsync(stopping);
        }

        while (Next(options.Time.GetUtcNow()) is { } next)
        {
            // A timer may fire a little early; the schedule must not fire twice for it.
            while (next - options.Time.GetUtcNow() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, options.Time, listening);
            }

            await RunNowAsync(stopping);
        }
    }

    public async Task<InvocationOutcome> RunNowAsync(CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var now = options.Time.GetUtcNow();
            var body = InvocationBody.Timer(function, trigger, new TimerStatus(last, Next(now) ?? DateTimeOffset.MaxValue), now);
            last = now;
            return await invoker.InvokeAsync(function, subject: null, body, cancellationToken);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private DateTimeOffset? Next(DateTimeOffset from) => trigger.Schedule.GetNextOccurrence(from, timeZone);
}
