using System.Globalization;
using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Portal;

/// <summary>Documents as pictures.</summary>
internal sealed class PageEndpoints(DocumentReader documents, PagePictures pictures)
{
    private const int UsualWidth = 1200;

    /// <summary>A few, so that what is asked for is found in a browser's memory.</summary>
    private static readonly int[] Widths = [400, 800, UsualWidth, 1600, 2480];

    public Task<IResult> ListAsync(ApiRequest request) => AnswerAsync(request, "pages", async document =>
    {
        if (await pictures.MeasureAsync(document, request.Aborted) is not { } sizes)
        {
            return null;
        }

        var pages = sizes.Select((size, i) => new PageBody(
            i + 1, Math.Round(size.WidthMillimetres, 1), Math.Round(size.HeightMillimetres, 1), size.IsKnown, request.Links.Page(document.Key, i + 1)));
        return new JsonAnswer<PagesBody>(new PagesBody([.. pages]), PortalJson.Default.PagesBody, ETag: TagOf(request, document, "pages"));
    });

    public Task<IResult> GetAsync(ApiRequest request)
    {
        var width = request.Query("width") is not { } text ? UsualWidth
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && Widths.Contains(asked) ? asked
            : throw new ProblemException(Problem.BadRequest($"width must be one of {string.Join(", ", Widths)}."));
        if (!int.TryParse(request.Route("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page))
        {
            throw new ProblemException(NoSuchPage);
        }

        var drawing = string.Create(CultureInfo.InvariantCulture, $"page {page} {width}");
        return AnswerAsync(request, drawing, async document =>
            await pictures.DrawAsync(document, page - 1, width, request.Aborted) switch
            {
                null => null,
                { Page: { } drawn } => new Bytes(drawn.Content, drawn.ContentType, TagOf(request, document, drawing)),
                _ => NoSuchPage,
            });
    }

    public Task<IResult> GetThumbnailAsync(ApiRequest request) => AnswerAsync(request, "thumbnail", async document =>
        await pictures.ThumbnailAsync(document, request.Aborted) is { } jpeg
            ? new Bytes(jpeg, "image/jpeg", TagOf(request, document, "thumbnail"))
            : null);

    private static Problem NoSuchPage => Problem.NotFound("The file has no such page.");

    private static string TagOf(ApiRequest request, DocumentRow document, string drawing) =>
        Caching.TagOf(request.Links.Root, document.Sha256?.Value ?? document.ETag, drawing);

    /// <param name="drawing">What is asked of the file: with the file it makes the answer's ETag.</param>
    /// <param name="draw">Null where the file is not kept.</param>
    private async Task<IResult> AnswerAsync(ApiRequest request, string drawing, Func<DocumentRow, Task<IResult?>> draw)
    {
        if (await documents.FindAsync(request.Document, request.Aborted) is not { } document)
        {
            return Problem.NotFound("There is no such document.");
        }

        if (document.Blob is not null && Caching.IsKnown(request.Context, TagOf(request, document, drawing)))
        {
            return Results.Empty;
        }

        // Only what is drawn is tagged.
        request.Context.Response.Headers.Remove("ETag");
        try
        {
            return await draw(document) ?? Problem.NotFound("The file of this document is not kept, or not any more.");
        }
        catch (UnreadableFileException)
        {
            return new Problem(
                StatusCodes.Status422UnprocessableEntity, "unreadable", "The file is no picture that can be drawn here, or it is damaged. The original can be downloaded.");
        }
        catch (TimeoutException)
        {
            return new Problem(
                StatusCodes.Status422UnprocessableEntity, "too-slow", "The file takes too long to draw, or did so just now. The original can be downloaded.");
        }
        catch (NoRoomException)
        {
            return Problem.TryLater("There is no memory to draw it just now. Try again in a moment.");
        }
    }
}

internal sealed record PagesBody(IReadOnlyList<PageBody> Pages);

internal sealed record PageBody(int Number, double WidthMillimetres, double HeightMillimetres, bool SizeIsKnown, string Link);
