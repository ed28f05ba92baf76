using System.Globalization;

namespace Hazchem.Simulator;

/// <summary>Hazchem's side of the contract: from a request to its answer, with nothing going wrong.</summary>
internal sealed class HazchemApi(HazchemNetwork network, TimeProvider clock)
{
    private const int MaxPageSize = 500;
    private const int DefaultPageSize = 100;

    public async Task<Answer> AnswerAsync(HttpRequest request, ApiCall call, string? depot, CancellationToken cancellationToken)
    {
        if (depot is null)
        {
            return Answer.Error(StatusCodes.Status401Unauthorized, "UNAUTHENTICATED", "X-Api-Key is missing or not known.");
        }

        if (network.CallGate.TryEnter(depot, network.CallLimits) is { } wait)
        {
            return Answer.TooMany(Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
        }

        try
        {
            return call.Route switch
            {
                ApiRoute.Send => await SendAsync(request, call.Argument, depot, cancellationToken),
                ApiRoute.List => List(request.Query, depot),
                _ => Content(call.Argument, depot),
            };
        }
        finally
        {
            network.CallGate.Leave(depot);
        }
    }

    private async Task<Answer> SendAsync(HttpRequest request, string consignmentNumber, string depot, CancellationToken cancellationToken)
    {
        try
        {
            var (sent, problem) = await SendForm.ReadAsync(request, depot, consignmentNumber, cancellationToken);
            return sent is null ? Answer.Malformed(problem!) : network.Accept(sent);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Answer.TooLarge(network.Limits.Largest);
        }
        catch (BadHttpRequestException) when (!cancellationToken.IsCancellationRequested)
        {
            return Answer.Malformed("The body could not be read.");
        }
    }

    private Answer List(IQueryCollection query, string depot)
    {
        var errors = new List<WireFieldError>();
        if (query["changedSince"] is not [var since] || !WireTime.TryParse(since, out var changedSince))
        {
            changedSince = default;
            errors.Add(new("changedSince", "Is needed once, in RFC 3339 with an offset."));
        }

        var pageSize = DefaultPageSize;
        if (query.ContainsKey("pageSize")
            && (query["pageSize"] is not [var size]
                || !int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out pageSize)
                || pageSize is < 1 or > MaxPageSize))
        {
            errors.Add(new("pageSize", $"Must be a whole number from 1 to {MaxPageSize}."));
        }

        Cursor? after = null;
        var expired = false;
        if (query.ContainsKey("cursor")
            && (query["cursor"] is not [{ } text]
                || !network.Cursors.TryRead(text, clock.GetUtcNow(), out after, out expired)
                || after.Depot != depot
                || (errors.Count == 0 && after.ChangedSince != changedSince)))
        {
            errors.Add(new("cursor", "Is not one that was given to this depot for this changedSince."));
        }

        if (errors.Count > 0)
        {
            return Answer.Invalid(errors);
        }

        return expired
            ? Answer.Error(StatusCodes.Status410Gone, "CURSOR_EXPIRED", "The cursor is older than an hour; start again from changedSince.")
            : Answer.Json(StatusCodes.Status200OK, network.ListFor(depot, changedSince, after, pageSize));
    }

    private Answer Content(string documentId, string depot) => network.FindFor(depot, documentId) switch
    {
        (null, _) => Answer.Error(StatusCodes.Status404NotFound, "DOCUMENT_UNKNOWN", "There is no such document for this depot."),
        (_, true) => Answer.Error(StatusCodes.Status410Gone, "DOCUMENT_WITHDRAWN", "The document was taken back."),
        ({ } document, _) => new Answer(StatusCodes.Status200OK, document.ContentType, document.Content),
    };
}
