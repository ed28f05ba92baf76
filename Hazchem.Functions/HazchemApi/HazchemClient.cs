using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Telemetry;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Hazchem.Functions.HazchemApi;

/// <summary>
/// Hazchem's API as <c>docs/hazchem-api.yaml</c> has it. Short trouble is retried here, within <see cref="HazchemSettings.Budget"/>
/// and this instance's share of the rate; what comes back is what the caller has to live with.
/// </summary>
internal sealed class HazchemClient(
    IHttpClientFactory http, HazchemSettings settings, Instruments instruments, TimeProvider time, ILogger<HazchemClient> logger) : IAsyncDisposable
{
    public const string HttpClientName = "Hazchem";

    /// <summary>In bytes: content up to here is read whole within the retries; longer content is a stream.</summary>
    public const int BufferedContent = 8 * 1024 * 1024;

    private readonly Dictionary<DepotCode, DepotLane> lanes = settings.Depots
        .Where(depot => depot.Value is DepotAccess.Usable)
        .ToDictionary(depot => depot.Key, _ => new DepotLane(settings.RequestsPerSecond, settings.ConcurrentRequests, time));

    private readonly ResiliencePipeline<Trouble?> pipeline = BuildPipeline(settings, time, logger);

    /// <summary>
    /// Sends one document. If <paramref name="cancellationToken"/> is cancelled while it is on its way, the
    /// <see cref="OperationCanceledException"/> leaves open whether it arrived: the caller must take it for ambiguous.
    /// </summary>
    public async Task<SendOutcome> SendAsync(OutgoingDocument document, CancellationToken cancellationToken)
    {
        if (Reach(document.Depot, out var key, out var lane) is { } reason)
        {
            return new SendOutcome.Refused(RefusalReason.Unauthenticated, reason);
        }

        var call = Call<SendOutcome>("Sending", document.Depot, key!, lane!, settings.TransferTimeout, BuildRequest, ReadAsync);
        var trouble = await RunAsync(call, cancellationToken);
        return call.Outcome switch
        {
            SendOutcome.KeyUsed => new SendOutcome.KeyUsed(call.Ambiguous),
            SendOutcome.Refused refused => refused with { Ambiguous = call.Ambiguous },
            { } outcome => outcome,
            null => new SendOutcome.Unavailable(trouble!.Kind, trouble.Message, call.Ambiguous, trouble.RetryAfter),
        };

        HttpRequestMessage BuildRequest()
        {
            var request = new HttpRequestMessage(
                HttpMethod.Post, Address($"v1/consignments/{Segment(document.Consignment.Value)}/documents"))
            {
                Content = new UploadContent(document),
            };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", document.IdempotencyKey);
            return request;
        }

        async Task<HazchemCall<SendOutcome>.Reading> ReadAsync(HttpResponseMessage response, ApiKey usedKey, CancellationToken ct)
        {
            if (response.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK)
            {
                var body = await ReadJsonAsync(response, HazchemJson.Default.AcceptedBody, ct);
                return ListingEntry.IsDocumentId(body?.DocumentId) && Rfc3339.TryParse(body?.ReceivedAt) is { } receivedAt
                    ? new SendOutcome.Accepted(body!.DocumentId!, receivedAt)
                    : new Trouble(TroubleKind.UnreadableAnswer, "Hazchem's answer to the document could not be read.");
            }

            var refusal = await ReadRefusalAsync(response, usedKey, ct);
            return refusal switch
            {
                { Trouble: { } trouble } => trouble,
                { Status: HttpStatusCode.Conflict } => new SendOutcome.KeyUsed(AfterAmbiguousAttempt: false),
                _ => new SendOutcome.Refused(refusal.Reason, refusal.Message, refusal.MaxBytes),
            };
        }
    }

    /// <summary>Asks for one page of what the depot may see.</summary>
    /// <param name="cursor">The page before's <c>nextCursor</c>; null for the first page.</param>
    /// <param name="pageSize">1 to 500.</param>
    public async Task<ListOutcome> ListAsync(
        DepotCode depot, DateTimeOffset changedSince, string? cursor, int pageSize, CancellationToken cancellationToken)
    {
        if (Reach(depot, out var key, out var lane) is { } reason)
        {
            return new ListOutcome.Refused(RefusalReason.Unauthenticated, reason);
        }

        var call = ListingCall(depot, key!, lane!, changedSince, cursor, pageSize);
        var trouble = await RunAsync(call, cancellationToken);
        return call.Outcome ?? new ListOutcome.Unavailable(trouble!.Kind, trouble.Message, trouble.RetryAfter);
    }

    private HazchemCall<ListOutcome> ListingCall(
        DepotCode depot, ApiKey key, DepotLane lane, DateTimeOffset changedSince, string? cursor, int pageSize)
    {
        var query = $"v1/documents?changedSince={Uri.EscapeDataString(Rfc3339.FormatUtc(changedSince))}&pageSize={pageSize}";
        var address = Address(cursor is null ? query : $"{query}&cursor={Uri.EscapeDataString(cursor)}");
        return Call<ListOutcome>(
            "Listing", depot, key, lane, settings.ListTimeout, () => new HttpRequestMessage(HttpMethod.Get, address), ReadAsync);

        async Task<HazchemCall<ListOutcome>.Reading> ReadAsync(HttpResponseMessage response, ApiKey usedKey, CancellationToken ct)
        {
            if (response.StatusCode is HttpStatusCode.OK)
            {
                var body = await ReadJsonAsync(response, HazchemJson.Default.ListingBody, ct);
                return body is { Documents.ValueKind: JsonValueKind.Array, NextCursor: null or { Length: <= WireLimits.Cursor } }
                    && body.Documents.GetArrayLength() <= WireLimits.PageEntries
                    ? ToPage(body, response.Headers.Date)
                    : new Trouble(TroubleKind.UnreadableAnswer, "Hazchem's listing could not be read.");
            }

            var refusal = await ReadRefusalAsync(response, usedKey, ct);
            return refusal switch
            {
                { Trouble: { } trouble } => trouble,
                { Status: HttpStatusCode.Gone } when cursor is not null => new ListOutcome.CursorExpired(),
                _ => new ListOutcome.Refused(refusal.Reason, refusal.Message),
            };
        }
    }

    /// <summary>Asks once, without retries, whether Hazchem hears this depot: a page of the listing with one entry at most.</summary>
    public async Task<ListOutcome> ProbeAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        if (Reach(depot, out var key, out var lane) is { } reason)
        {
            return new ListOutcome.Refused(RefusalReason.Unauthenticated, reason);
        }

        var call = ListingCall(depot, key!, lane!, time.GetUtcNow(), cursor: null, pageSize: 1);
        var trouble = await call.AttemptAsync(cancellationToken);
        return call.Outcome ?? new ListOutcome.Unavailable(trouble!.Kind, trouble.Message, trouble.RetryAfter);
    }

    /// <summary>Asks for a document's bytes.</summary>
    /// <param name="documentId">1 to 128 printable ASCII characters.</param>
    /// <param name="most">In bytes. An answer that does not say how long it is may be longer.</param>
    public async Task<ContentOutcome> GetContentAsync(
        DepotCode depot, string documentId, long most, CancellationToken cancellationToken)
    {
        if (Reach(depot, out var key, out var lane) is { } reason)
        {
            return new ContentOutcome.Refused(RefusalReason.Unauthenticated, reason);
        }

        var address = Address($"v1/documents/{Segment(documentId)}/content");
        var call = Call<ContentOutcome>(
            "Fetching", depot, key!, lane!, settings.TransferTimeout, () => new HttpRequestMessage(HttpMethod.Get, address), ReadAsync);
        var trouble = await RunAsync(call, cancellationToken);
        return call.Outcome ?? new ContentOutcome.Unavailable(trouble!.Kind, trouble.Message, trouble.RetryAfter);

        async Task<HazchemCall<ContentOutcome>.Reading> ReadAsync(HttpResponseMessage response, ApiKey usedKey, CancellationToken ct)
        {
            if (response.StatusCode is HttpStatusCode.OK)
            {
                return response.Content.Headers.ContentLength > most
                    ? new ContentOutcome.TooLong()
                    : await ReadContentAsync(response, ct);
            }

            var refusal = await ReadRefusalAsync(response, usedKey, ct);
            return refusal switch
            {
                { Trouble: { } trouble } => trouble,
                { Status: HttpStatusCode.Gone } => new ContentOutcome.Withdrawn(),
                { Status: HttpStatusCode.NotFound } => new ContentOutcome.Unknown(refusal.Message),
                _ => new ContentOutcome.Refused(refusal.Reason, refusal.Message),
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in lanes.Values)
        {
            await lane.DisposeAsync();
        }
    }

    /// <summary>One path segment. Dots alone would be taken for a step up the path.</summary>
    private static string Segment(string text) =>
        text is "." or ".." ? text.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(text);

    private static async Task<HazchemCall<ContentOutcome>.Reading> ReadContentAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var length = response.Content.Headers.ContentLength;
        var type = response.Content.Headers.ContentType?.MediaType;
        var stream = await response.Content.ReadAsStreamAsync(ct);
        if (length is null or > BufferedContent)
        {
            return new(new ContentOutcome.Received(stream, length, type) { Owner = response }, null, KeepsResponse: true);
        }

        var content = new byte[length.Value];
        await stream.ReadExactlyAsync(content, ct);
        return new ContentOutcome.Received(new MemoryStream(content, writable: false), length, type);
    }

    private static async Task<T?> ReadJsonAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        if (response.Content.Headers.ContentLength > WireLimits.Json)
        {
            return null;
        }

        using var body = new MemoryStream();
        var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0;)
        {
            if (body.Length + read > WireLimits.Json)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        try
        {
            return JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<Refusal> ReadRefusalAsync(HttpResponseMessage response, ApiKey key, CancellationToken ct)
    {
        Wire.ErrorBody? body;
        try
        {
            body = await ReadJsonAsync(response, HazchemJson.Default.ErrorBody, ct);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status came, and that is the answer; its explanation is a courtesy.
            body = null;
        }

        var status = response.StatusCode;
        var fields = body?.Errors?.OfType<Wire.FieldBody>().Select(error => $"{error.Field}: {error.Message}") ?? [];
        var words = string.Join(' ', [$"Hazchem answered {(int)status}", body?.Code, "-", body?.Message, .. fields]).TrimEnd(' ', '-');
        var message = PlainText.OneLine(key.RemoveFrom(words), 300);
        Trouble? trouble = (int)status switch
        {
            408 => new(TroubleKind.TimedOut, message, RetryAfter()),
            429 => new(TroubleKind.TooManyRequests, message, RetryAfter()),
            422 when body?.Errors?.Any(error => error?.Field == "sha256") is true => new(TroubleKind.DamagedOnTheWay, message),
            >= 500 => new(TroubleKind.ServerError, message, RetryAfter()),
            >= 400 => null,
            _ => new(TroubleKind.UnreadableAnswer, message),
        };
        var reason = (int)status switch
        {
            400 => RefusalReason.Malformed,
            401 => RefusalReason.Unauthenticated,
            403 => RefusalReason.NotPermitted,
            404 => RefusalReason.ConsignmentUnknown,
            413 => RefusalReason.TooLarge,
            415 => RefusalReason.FormatNotAccepted,
            422 => RefusalReason.Invalid,
            _ => RefusalReason.Other,
        };
        return new Refusal(status, reason, message, body?.MaxBytes is > 0 ? body.MaxBytes : null, trouble);

        // A date is Hazchem's, so it is measured by Hazchem's clock.
        TimeSpan? RetryAfter() => response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when response.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
            _ => null,
        };
    }

    private static ListOutcome.Page ToPage(Wire.ListingBody body, DateTimeOffset? date)
    {
        var documents = new List<ListedDocument>();
        var unreadable = new List<UnreadableEntry>();
        foreach (var entry in body.Documents.EnumerateArray())
        {
            if (ListingEntry.Read(entry, out var reason) is { } document)
            {
                documents.Add(document);
            }
            else
            {
                unreadable.Add(ListingEntry.Unreadable(entry, reason));
            }
        }

        return new ListOutcome.Page(
            documents, string.IsNullOrEmpty(body.NextCursor) ? null : body.NextCursor, date, [.. unreadable.DistinctBy(entry => entry.Key)]);
    }

    private string? Reach(DepotCode depot, out ApiKey? key, out DepotLane? lane)
    {
        (key, lane) = (null, null);
        switch (settings.Depots.GetValueOrDefault(depot))
        {
            case DepotAccess.Usable usable:
                (key, lane) = (usable.Key, lanes[depot]);
                return null;
            case DepotAccess.Parked parked:
                return parked.Reason;
            default:
                return $"Depot {depot} is not one of ours.";
        }
    }

    /// <summary>The address as it is written: .NET would undo the encoding of dots.</summary>
    private Uri Address(string relative) => new(
        settings.BaseUrl.AbsoluteUri + relative,
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private HazchemCall<T> Call<T>(
        string operation,
        DepotCode depot,
        ApiKey key,
        DepotLane lane,
        TimeSpan attemptTimeout,
        Func<HttpRequestMessage> build,
        Func<HttpResponseMessage, ApiKey, CancellationToken, Task<HazchemCall<T>.Reading>> read)
        where T : class =>
        new(operation, depot.Value, lane, key, http.CreateClient(HttpClientName), attemptTimeout,
            time.GetUtcNow() + settings.Budget, time, instruments, build, read);

    private async Task<Trouble?> RunAsync(HazchemCall call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(HazchemCall.Key, call);
        Trouble? trouble;
        try
        {
            trouble = await pipeline.ExecuteAsync(
                static async (attempt, state) => await state.AttemptAsync(attempt.CancellationToken), context, call);
        }
        catch (TimeoutRejectedException)
        {
            trouble = call.Last ?? new Trouble(TroubleKind.TimedOut, "This app's share of Hazchem's rate was used up for too long.");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        if (trouble is not null)
        {
            Log.GaveUp(logger, call.Operation, call.Depot, trouble.Kind, trouble.Message);
        }

        return trouble;
    }

    private static ResiliencePipeline<Trouble?> BuildPipeline(
        HazchemSettings settings, TimeProvider time, ILogger logger)
    {
        var builder = new ResiliencePipelineBuilder<Trouble?> { TimeProvider = time };
        builder.AddTimeout(settings.Budget);
        if (settings.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<Trouble?>
            {
                MaxRetryAttempts = settings.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = settings.RetryDelay,
                MaxDelay = TimeSpan.FromSeconds(30),
                // A wait that does not fit is the caller's to keep, not ours to sit through. What arrived damaged may have
                // used up its key, so it is the caller's to send again under another.
                ShouldHandle = args => new(
                    args.Outcome.Result is { Kind: not TroubleKind.DamagedOnTheWay } trouble
                    && (trouble.RetryAfter ?? TimeSpan.Zero) < args.Context.Properties.GetValue(HazchemCall.Key, null!).Remaining),
                DelayGenerator = args => new(args.Outcome.Result?.RetryAfter),
                OnRetry = args =>
                {
                    var call = args.Context.Properties.GetValue(HazchemCall.Key, null!);
                    var trouble = args.Outcome.Result!;
                    Log.TryingAgain(
                        logger, call.Operation, call.Depot, args.RetryDelay, args.AttemptNumber + 1, trouble.Kind, trouble.Message);
                    return default;
                },
            });
        }

        return builder.Build();
    }

    private sealed record Refusal(
        HttpStatusCode Status, RefusalReason Reason, string Message, long? MaxBytes, Trouble? Trouble);
}
