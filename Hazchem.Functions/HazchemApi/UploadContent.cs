using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hazchem.Functions.Documents;

namespace Hazchem.Functions.HazchemApi;

/// <summary>
/// The form of one document, which knows whether its sending had begun: from then on, Hazchem may have the document
/// whatever becomes of the answer.
/// </summary>
internal sealed class UploadContent : HttpContent
{
    private readonly MultipartFormDataContent form;

    public UploadContent(OutgoingDocument document)
    {
        var boundary = $"hazchem-{Guid.NewGuid():N}";
        form = new MultipartFormDataContent(boundary);
        AddText("documentType", document.Type.ToWire());
        AddText("fileName", document.FileName);
        AddText("sha256", Sha256Hash.Of(document.Content.Span).Value);
        if (document.CapturedAt is { } capturedAt)
        {
            AddText("capturedAt", Rfc3339.FormatWithOffset(capturedAt));
        }

        var file = new ReadOnlyMemoryContent(document.Content);
        file.Headers.ContentType = new MediaTypeHeaderValue(document.ContentType);
        // The part's own file name only marks it as a file, in ASCII that every parser reads alike: the true
        // name, in whatever letters, is the part fileName.
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = "\"file\"",
            FileName = $"\"{AsciiName(document.FileName)}\"",
        };
        form.Add(file);

        // Unlike .NET's own header, without quotes around the boundary: some servers take them for a part of it.
        Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
    }

    public bool HasBegun { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        HasBegun = true;
        return form.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = form.Headers.ContentLength ?? -1;
        return length >= 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            form.Dispose();
        }

        base.Dispose(disposing);
    }

    private static string AsciiName(string name)
    {
        var ascii = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            ascii.Append(rune.Value is >= ' ' and <= '~' and not ('"' or '\\' or '%') ? (char)rune.Value : '_');
        }

        return ascii.ToString();
    }

    private void AddText(string name, string value)
    {
        var part = new StringContent(value, Encoding.UTF8, "text/plain");
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = $"\"{name}\"",
        };
        form.Add(part);
    }
}
