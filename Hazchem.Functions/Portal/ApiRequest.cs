using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>What is asked, read strictly. What does not fit is a <see cref="ProblemException"/>.</summary>
/// <param name="context">The request.</param>
/// <param name="root">What the addresses begin with, such as <c>/api/v1</c>.</param>
internal sealed class ApiRequest(HttpContext context, string root)
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 200;
    private const int MostBody = 256 * 1024;
    private const int MostRowCharacters = 512;

    public HttpContext Context => context;

    public ILogger Logger => context.RequestServices.GetRequiredService<ILogger<ApiRequest>>();

    public CancellationToken Aborted => context.RequestAborted;

    public Caller Caller => Caller.Of(context);

    public Links Links { get; } = new(root);

    /// <summary>The partition of a consignment's documents: its number in upper case, or that of files whose name does not fit.</summary>
    public string Partition
    {
        get
        {
            var text = Route("consignment");
            return text == DocumentKey.Unaddressed ? text
                : ConsignmentNumber.TryParse(text, out var number, out var reason) ? number.Value
                : throw new ProblemException(Problem.BadRequest(reason));
        }
    }

    public DocumentKey Document => new(Partition, RowOf(Route("document")));

    /// <summary>The most items of a page.</summary>
    public int Limit => Query("limit") is not { } text ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MostLimit ? limit
        : throw new ProblemException(Problem.BadRequest($"limit must be a number from 1 to {MostLimit}."));

    public string Route(string name) => (string)context.GetRouteValue(name)!;

    /// <summary>A value of the address's query; null where there is none or it is empty.</summary>
    public string? Query(string name) => context.Request.Query[name] is [{ Length: > 0 } text] ? text : null;

    /// <summary>A depot's code, or <see cref="Outcomes.NoDepot"/>; null for all.</summary>
    public string? Depot => Query("depot") is not { } text ? null
        : text == Outcomes.NoDepot || DepotCode.TryParse(text, out _, out _) ? text
        : throw new ProblemException(Problem.BadRequest("depot must be a three-digit code such as 045, or none."));

    /// <summary>A document's id, <c>{consignment}/{row}</c>; null for what is none.</summary>
    public static DocumentKey? ParseId(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || !IsRow(id[(slash + 1)..]))
        {
            return null;
        }

        var partition = id[..slash];
        return partition == DocumentKey.Unaddressed ? new DocumentKey(partition, id[(slash + 1)..])
            : ConsignmentNumber.TryParse(partition, out var number, out _) ? new DocumentKey(number.Value, id[(slash + 1)..])
            : null;
    }

    /// <exception cref="ProblemException">It has no length, is too long, or is no JSON of that kind.</exception>
    public async Task<T> ReadAsync<T>(JsonTypeInfo<T> type)
    {
        switch (context.Request.ContentLength)
        {
            case null or 0:
                throw new ProblemException(LengthRequired);
            case > MostBody:
                throw new ProblemException(new Problem(StatusCodes.Status413PayloadTooLarge, "too-large", $"The body has more than {MostBody} bytes."));
        }

        if (!context.Request.HasJsonContentType())
        {
            throw new ProblemException(new Problem(StatusCodes.Status415UnsupportedMediaType, "no-json", "The body must be application/json."));
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, Aborted)
                ?? throw new ProblemException(Problem.BadRequest("The body must be a JSON object."));
        }
        catch (JsonException)
        {
            throw new ProblemException(Problem.BadRequest("The body is not the JSON that docs/api.yaml describes."));
        }
    }

    /// <summary>The Functions host drops a body that comes in chunks and passes the request on as one of no length.</summary>
    public static Problem LengthRequired { get; } =
        new(StatusCodes.Status411LengthRequired, "length-required", "There is no body, or it came in chunks, which do not get through: send it with a Content-Length.");

    private static string RowOf(string text) =>
        IsRow(text) ? text : throw new ProblemException(Problem.NotFound("There is no such document."));

    private static bool IsRow(string text) =>
        text.Length is > 0 and <= MostRowCharacters && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
