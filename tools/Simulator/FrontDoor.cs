using System.Globalization;
using System.Text;

namespace Hazchem.Simulator;

/// <summary>Takes each request, counts it, makes the fault that is due, and writes the answer.</summary>
internal sealed class FrontDoor(HazchemNetwork network, TimeProvider clock, CancellationToken stopping)
{
    private readonly HazchemApi _api = new(network, clock);
    private readonly ControlApi _control = new(network);

    public async Task HandleAsync(HttpContext context)
    {
        // Set here, or the server would put its own clock's time.
        context.Response.Headers.Date = (clock.GetUtcNow() + network.ClockOffset).ToString("R", CultureInfo.InvariantCulture);

        using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await HandleAsync(context, linked.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && linked.IsCancellationRequested)
        {
            // The caller went away, or the simulator ends; there is nobody to answer.
            context.Abort();
        }
    }

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var segments = ApiCall.SegmentsOf(context);
        if (segments is [ControlApi.Prefix, .. var rest])
        {
            await WriteAsync(context, await _control.AnswerAsync(context.Request, rest, cancellationToken), cancellationToken);
            return;
        }

        if (ApiCall.Of(segments) is not { } call)
        {
            await WriteAsync(context, Answer.Error(StatusCodes.Status404NotFound, "NOT_FOUND", "There is nothing here."), cancellationToken);
            return;
        }

        if (context.Request.Method != call.Method)
        {
            context.Response.Headers.Allow = call.Method;
            await WriteAsync(
                context,
                Answer.Error(StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", $"Only {call.Method} is answered here."),
                cancellationToken);
            return;
        }

        var depot = context.Request.Headers["X-Api-Key"] is [{ } key] ? network.DepotOf(key) : null;
        await AnswerAsync(context, call, depot, cancellationToken);
    }

    private async Task AnswerAsync(HttpContext context, ApiCall call, string? depot, CancellationToken cancellationToken)
    {
        var faults = network.FaultDraw;
        var plan = faults.Plan;
        if (plan.Down != DownMode.Up)
        {
            await AnswerDownAsync(context, call, depot, plan.Down, cancellationToken);
            return;
        }

        var fault = faults.Next(call.Route);
        switch (fault?.Kind)
        {
            case FaultKind.Reset:
                Abort(context, call, depot, FaultKind.Reset);
                return;
            case FaultKind.Stall:
                Count(call, depot, 0, FaultKind.Stall);
                await Task.Delay(plan.StallFor, clock, cancellationToken);
                context.Abort();
                return;
            case FaultKind.Error500:
                await FinishAsync(new Answer(StatusCodes.Status500InternalServerError));
                return;
            case FaultKind.Error503:
                await FinishAsync(new Answer(StatusCodes.Status503ServiceUnavailable));
                return;
            case FaultKind.Error429:
                await FinishAsync(Answer.TooMany(RetryAfter(plan)));
                return;
            case FaultKind.Garbage when fault.Value.Variant % 2 == 1:
                await FinishAsync(Garbage(call.Route, fault.Value.Variant));
                return;
            default:
                break;
        }

        var answer = await _api.AnswerAsync(context.Request, call, depot, cancellationToken);
        switch (fault?.Kind)
        {
            case FaultKind.AnswerLost:
                Abort(context, call, depot, FaultKind.AnswerLost);
                break;
            case FaultKind.Truncation:
                Count(call, depot, answer.Status, FaultKind.Truncation);
                await WriteHalfAsync(context, answer, cancellationToken);
                break;
            case FaultKind.Garbage:
                await FinishAsync(Garbage(call.Route, fault.Value.Variant));
                break;
            case FaultKind.AlteredContent when answer.Status == StatusCodes.Status200OK:
                await FinishAsync(answer with { Body = Altered(answer.Body.Span) });
                break;
            default:
                await FinishAsync(answer);
                break;
        }

        Task FinishAsync(Answer given)
        {
            Count(call, depot, given.Status, fault?.Kind);
            return WriteAsync(context, given, cancellationToken);
        }
    }

    private async Task AnswerDownAsync(HttpContext context, ApiCall call, string? depot, DownMode down, CancellationToken cancellationToken)
    {
        if (down == DownMode.Abort)
        {
            Abort(context, call, depot, null);
            return;
        }

        Count(call, depot, StatusCodes.Status503ServiceUnavailable, null);
        await WriteAsync(context, new Answer(StatusCodes.Status503ServiceUnavailable), cancellationToken);
    }

    private void Abort(HttpContext context, ApiCall call, string? depot, FaultKind? fault)
    {
        Count(call, depot, 0, fault);
        context.Abort();
    }

    private void Count(ApiCall call, string? depot, int status, FaultKind? fault) => network.Requests.Add(depot, call.Route, status, fault);

    private string RetryAfter(FaultPlan plan) => plan.RetryAfterAsDate
        ? (clock.GetUtcNow() + network.ClockOffset + plan.RetryAfter).ToString("R", CultureInfo.InvariantCulture)
        : Math.Ceiling(plan.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static Answer Garbage(ApiRoute route, int variant)
    {
        var (type, body) = (variant % 6 / 2) switch
        {
            0 => ("text/html", "<html><body>Please sign in to the network.</body></html>"),
            1 => (Answer.JsonType, "{}"),
            _ => (Answer.JsonType, "{\"documentId\": \"D-0000"),
        };
        var status = route == ApiRoute.Send ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return new Answer(status, type, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>The second half's bytes are inverted, so that the content still begins as what it was.</summary>
    private static byte[] Altered(ReadOnlySpan<byte> content)
    {
        var altered = content.ToArray();
        for (var i = altered.Length / 2; i < altered.Length; i++)
        {
            altered[i] ^= 0xFF;
        }

        return altered;
    }

    private static async Task WriteAsync(HttpContext context, Answer answer, CancellationToken cancellationToken)
    {
        SetHead(context.Response, answer);

        // The server takes even an empty write after a 204 for a mistake, and closes the connection.
        if (!answer.Body.IsEmpty)
        {
            await context.Response.Body.WriteAsync(answer.Body, cancellationToken);
        }
    }

    /// <summary>
    /// Ends short of the length it announced, and the server then closes the connection. Aborting here instead would
    /// now and then take the first half with it.
    /// </summary>
    private static async Task WriteHalfAsync(HttpContext context, Answer answer, CancellationToken cancellationToken)
    {
        if (answer.Body.IsEmpty)
        {
            context.Abort();
            return;
        }

        SetHead(context.Response, answer);
        await context.Response.StartAsync(cancellationToken);
        await context.Response.Body.WriteAsync(answer.Body[..(answer.Body.Length / 2)], cancellationToken);
    }

    private static void SetHead(HttpResponse response, Answer answer)
    {
        response.StatusCode = answer.Status;
        response.ContentLength = answer.Status == StatusCodes.Status204NoContent ? null : answer.Body.Length;
        response.ContentType = answer.ContentType;
        if (answer.RetryAfter is not null)
        {
            response.Headers.RetryAfter = answer.RetryAfter;
        }
    }
}
