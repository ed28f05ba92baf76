using System.Text.Json;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>A timer: runs at its times, never twice at once, and leaves out the times that pass while it runs.</summary>
internal sealed class TimerListener(
    FunctionDefinition function, TimerTrigger trigger, TimeZoneInfo timeZone, FunctionsHostOptions options, Invoker invoker) : IDisposable
{
    private readonly SemaphoreSlim oneAtATime = new(1);
    private DateTimeOffset last;

    public async Task RunAsync(CancellationToken stopping)
    {
        while (Next(options.Time.GetUtcNow()) is { } next)
        {
            // A timer may fire a little early; the schedule must not fire twice for it.
            while (next - options.Time.GetUtcNow() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, options.Time, stopping);
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
            var timer = JsonSerializer.Serialize(new
            {
                Schedule = new { AdjustForDST = true },
                ScheduleStatus = new { Last = last, Next = Next(now) ?? DateTimeOffset.MaxValue, LastUpdated = last },
                IsPastDue = false,
            });
            last = now;
            return await invoker.InvokeAsync(
                function,
                subject: null,
                new InvocationRequest { InputData = { new ParameterBinding { Name = trigger.BindingName, Data = new TypedData { Json = timer } } } },
                cancellationToken);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private DateTimeOffset? Next(DateTimeOffset from) => trigger.Schedule.GetNextOccurrence(from, timeZone);
}
