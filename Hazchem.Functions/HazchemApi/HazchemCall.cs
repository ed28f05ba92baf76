using Hazchem.Functions.Telemetry;
using Polly;

namespace Hazchem.Functions.HazchemApi;

/// <summary>One call with its attempts: what is known of it so far.</summary>
/// <typeparam name="TOutcome">What the caller gets from a readable answer.</typeparam>
internal sealed class HazchemCall<TOutcome>(
    string operation,
    string depot,
    DepotLane lane,
    ApiKey key,
    HttpClient http,
    TimeSpan attemptTimeout,
    DateTimeOffset deadline,
    TimeProvider time,
    Instruments instruments,
    Func<HttpRequestMessage> build,
    Func<HttpResponseMessage, ApiKey, CancellationToken, Task<HazchemCall<TOutcome>.Reading>> read)
    : HazchemCall(operation, depot, deadline, time)
    where TOutcome : class
{
    public TOutcome? Outcome { get; private set; }

    /// <summary>
    /// 1. wait for a turn, 2. build the request afresh, 3. send it, 4. read what came, 5. say whether it may have been stored.
    /// </summary>
    public override async Task<Trouble?> AttemptAsync(CancellationToken cancellationToken)
    {
        if (lane.PausedFor is { Ticks: > 0 } pause && pause > Remaining)
        {
            return Last = new Trouble(TroubleKind.TooManyRequests, "Hazchem asked this depot to wait.", pause);
        }

        // 1. The turn does not count against the attempt, only against the whole call.
        using var turn = await lane.EnterAsync(cancellationToken);
        using var attempt = new CancellationTokenSource(attemptTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, cancellationToken);

        // 2.
        using var request = build();
        request.Headers.TryAddWithoutValidation("X-Api-Key", key.Reveal());
        request.Options.Set(Spans.Operation, Operation);
        var begunAt = Time.GetTimestamp();
        HttpResponseMessage? response = null;
        var keeps = false;
        try
        {
            // 3.
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);

            // 4.
            var reading = await read(response, key, either.Token);
            if (reading.Outcome is { } outcome)
            {
                Outcome = outcome;
                keeps = reading.KeepsResponse;
                return Last = null;
            }

            if (response.IsSuccessStatusCode)
            {
                NoteIfBegun(request);
            }

            if (reading.Trouble is { Kind: TroubleKind.TooManyRequests, RetryAfter: { } wait })
            {
                lane.PauseFor(wait);
            }

            return Last = reading.Trouble;
        }
        catch (OperationCanceledException)
        {
            // 5.
            NoteIfBegun(request);
            Last = new Trouble(TroubleKind.TimedOut, $"Hazchem did not answer within {attemptTimeout.TotalSeconds:0} seconds.");
            cancellationToken.ThrowIfCancellationRequested();
            return Last;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            NoteIfBegun(request);
            return Last = new Trouble(
                HasBegun(request) || !IsBeforeConnection(e) ? TroubleKind.ConnectionBroken : TroubleKind.CannotConnect,
                key.RemoveFrom(PlainText.OneLine(e.Message, 200)));
        }
        finally
        {
            instruments.Called(Operation, Depot, (int?)response?.StatusCode, Last?.Kind.ToString(), Time.GetElapsedTime(begunAt));
            if (!keeps)
            {
                response?.Dispose();
            }
        }
    }

    private static bool HasBegun(HttpRequestMessage request) => request.Content is UploadContent { HasBegun: true };

    private static bool IsBeforeConnection(Exception e) => e is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private void NoteIfBegun(HttpRequestMessage request) => Ambiguous |= HasBegun(request);

    /// <summary>What an answer means: an outcome, or trouble.</summary>
    /// <param name="KeepsResponse">Whether the outcome's stream is the answer's, so that it must stay open.</param>
    internal sealed record Reading(TOutcome? Outcome, Trouble? Trouble, bool KeepsResponse = false)
    {
        public static implicit operator Reading(TOutcome outcome) => new(outcome, null);

        public static implicit operator Reading(Trouble trouble) => new(null, trouble);
    }
}

/// <summary>What the retries need to know of a call.</summary>
internal abstract class HazchemCall(string operation, string depot, DateTimeOffset deadline, TimeProvider time)
{
    public static readonly ResiliencePropertyKey<HazchemCall> Key = new("call");

    public string Operation => operation;

    public string Depot => depot;

    /// <summary>Whether an attempt may have been stored: its content was on its way and no readable answer came.</summary>
    public bool Ambiguous { get; protected set; }

    public Trouble? Last { get; protected set; }

    public TimeSpan Remaining => deadline - time.GetUtcNow();

    protected TimeProvider Time => time;

    public abstract Task<Trouble?> AttemptAsync(CancellationToken cancellationToken);
}
