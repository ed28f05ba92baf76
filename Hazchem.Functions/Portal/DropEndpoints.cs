using System.Buffers;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Hazchem.Functions.Portal;

/// <summary>The drop box for a TMS that cannot write blobs.</summary>
internal sealed class DropEndpoints(
    DocumentStorage storage, MemoryBudget memory, Outcomes outcomes, HazchemSettings hazchem, ImagingOptions imaging, TimeProvider time)
{
    /// <summary>The file's name in UTF-8, percent-encoded: any name gets through so.</summary>
    private const string NameHeader = "X-File-Name";

    /// <summary>What the host passes on in an address as it was written. It ends a path at a <c>#</c> or <c>?</c> of a name, and undoes an escape too many.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -._~()");

    private static readonly (string Header, string Metadata)[] Described =
    [
        ("X-Signed", DropMetadata.SignedName),
        ("X-Depot-Role", DropMetadata.DepotRoleName),
        ("X-Captured-At", DropMetadata.CapturedAtName),
        ("X-Reference", DropMetadata.ReferenceName),
    ];

    public async Task<IResult> PutAsync(ApiRequest request)
    {
        if (ReasonToRefuse(request, out var name) is { } problem)
        {
            return problem;
        }

        var metadata = new Dictionary<string, string>();
        foreach (var (header, word) in Described)
        {
            var value = request.Context.Request.Headers[header].ToString();
            if (value.Any(c => !char.IsAscii(c) || char.IsControl(c)) || value.Length > DropMetadata.MaxReferenceLength)
            {
                return Problem.BadRequest($"{header} takes at most {DropMetadata.MaxReferenceLength} printable ASCII characters.");
            }

            if (value.Length > 0)
            {
                metadata[word] = value;
            }
        }

        if (!TryReadConditions(request.Context.Request.Headers, out var conditions))
        {
            return Problem.BadRequest("If-Match is * or the ETag of the file that is overwritten; If-None-Match is * or is left out, and it is not both.");
        }

        if (request.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = imaging.MaxInputBytes;
        }

        var length = request.Context.Request.ContentLength!.Value;
        using var held = await memory.TakeForUploadAsync(StreamedUpload.HeldBytes(length), request.Aborted);
        if (held is null)
        {
            return Problem.TryLater("Too many files are coming in at once. Send it again in a moment.");
        }

        // The hash is there when the end was read, whether storage wanted all of it or not.
        using var sha = SHA256.Create();
        await using var hashing = new CryptoStream(request.Context.Request.Body, sha, CryptoStreamMode.Read, leaveOpen: true);
        var blob = storage.Outbound.GetBlockBlobClient(name!.ToString());
        try
        {
            var uploaded = await StreamedUpload.WriteAsync(blob, hashing, length, metadata, conditions, request.Aborted);
            request.Context.Response.Headers.ETag = uploaded.ETag.ToString("H");
        }
        catch (RequestFailedException e) when (conditions.IfNoneMatch is null && e.Status is 404 or 412)
        {
            return new Problem(StatusCodes.Status412PreconditionFailed, "changed", "The file that was to be overwritten is not in the drop box, or it is another one by now.");
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 || e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            await hashing.CopyToAsync(Stream.Null, request.Aborted);
            return await IsThereAsync(blob, sha.Hash!, metadata, request) is { } etag
                ? Dropped(request, name, etag, StatusCodes.Status200OK)
                : e.ErrorCode == BlobErrorCode.InvalidBlockList ? Problem.TryLater("Another file of this name was dropped meanwhile. Send this one again.")
                : new Problem(StatusCodes.Status412PreconditionFailed, "exists", "Another file of this name is still in the drop box. Send this one under another name, or with If-Match: * to overwrite that one.");
        }

        await hashing.CopyToAsync(Stream.Null, request.Aborted);
        var key = DocumentKey.ToSend(name, Sha256Hash.FromBytes(sha.Hash!));
        await outcomes.TellAsync(
            PersonOutcome.Of(OutcomeKind.Dropped, name.Depot, key, row: null, request.Caller, time.GetUtcNow()) with
            {
                DocumentType = name.Type.ToSegment(),
                FileName = name.FileName,
                OriginalBytes = length,
            },
            request.Aborted);
        return Dropped(request, name, etag: null, StatusCodes.Status201Created);
    }

    /// <param name="etag">Of the blob, where the answer has none yet.</param>
    private static JsonAnswer<DroppedBody> Dropped(ApiRequest request, DropName name, ETag? etag, int status)
    {
        if (etag is { } known)
        {
            request.Context.Response.Headers.ETag = known.ToString("H");
        }

        return new JsonAnswer<DroppedBody>(
            new DroppedBody(name.ToString(), new DroppedLinks(request.Links.Documents(name.Consignment.Value))), PortalJson.Default.DroppedBody, status);
    }

    /// <summary>Nothing that is pending is overwritten unless somebody says so.</summary>
    private static bool TryReadConditions(IHeaderDictionary headers, out BlobRequestConditions conditions)
    {
        var (onlyNew, overwrite) = (headers.IfNoneMatch.ToString(), headers.IfMatch.ToString());
        conditions = overwrite.Length == 0
            ? new BlobRequestConditions { IfNoneMatch = ETag.All }
            : new BlobRequestConditions { IfMatch = new ETag(overwrite) };
        return onlyNew is "" or "*"
            && (onlyNew.Length == 0 || overwrite.Length == 0)
            && (overwrite is "" or "*" || (overwrite.Length > 2 && overwrite[0] == '"' && overwrite.IndexOf('"', 1) == overwrite.Length - 1));
    }

    /// <summary>Whether these very bytes, described in the same way, are pending under the name: then it was sent twice.</summary>
    /// <returns>The ETag of what is there; null where it is another file or gone.</returns>
    private static async Task<ETag?> IsThereAsync(BlockBlobClient blob, byte[] sha, Dictionary<string, string> metadata, ApiRequest request)
    {
        try
        {
            using var pending = (await blob.DownloadStreamingAsync(cancellationToken: request.Aborted)).Value;
            return pending.Details.ContentLength == request.Context.Request.ContentLength
                && pending.Details.Metadata.Count == metadata.Count
                && metadata.All(said => pending.Details.Metadata.TryGetValue(said.Key, out var value) && value == said.Value)
                && (await SHA256.HashDataAsync(pending.Content, request.Aborted)).AsSpan().SequenceEqual(sha)
                ? pending.Details.ETag
                : null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The file's name, from the header or, where it is plain, from the address.</summary>
    private static Problem? ReadFileName(ApiRequest request, out string fileName)
    {
        var inHeader = request.Context.Request.Headers[NameHeader].ToString();
        fileName = request.Context.GetRouteValue("fileName") as string ?? "";
        if (fileName.Length == 0)
        {
            // Escapes that are none of UTF-8 stay as they are.
            fileName = Uri.UnescapeDataString(inHeader);
            return inHeader.Length == 0 || inHeader.Any(c => !char.IsAscii(c))
                ? Problem.BadRequest($"{NameHeader} must be the file's name in UTF-8, percent-encoded.")
                : null;
        }

        return inHeader.Length == 0 && fileName.AsSpan().IndexOfAnyExcept(Plain) < 0 ? null
            : Problem.BadRequest($"An address takes a file name of letters A to Z, digits, spaces and - . _ ~ ( ) only. Leave it out, and send any name percent-encoded in the header {NameHeader}.");
    }

    /// <summary>What can be told without reading the file. The rest is for the app to refuse, where everybody sees it.</summary>
    private Problem? ReasonToRefuse(ApiRequest request, out DropName? name)
    {
        name = null;
        if (ReadFileName(request, out var fileName) is { } problem)
        {
            return problem;
        }

        if (fileName.AsSpan().ContainsAny('/', '\\'))
        {
            return Problem.BadRequest("The file name has a slash.");
        }

        if (!DropName.TryParse($"{request.Route("depot")}/{request.Route("consignment")}/{request.Route("documentType")}/{fileName}", out name, out var reason))
        {
            return Problem.BadRequest(reason);
        }

        if (!hazchem.Depots.ContainsKey(name.Depot))
        {
            return Problem.BadRequest($"Depot {name.Depot} is not one of ours ({string.Join(", ", hazchem.Depots.Keys.Order())}).");
        }

        return request.Context.Request.ContentLength switch
        {
            null or 0 => ApiRequest.LengthRequired,
            var length when length > imaging.MaxInputBytes => new Problem(
                StatusCodes.Status413PayloadTooLarge, "too-large", $"The file has {length} bytes; at most {imaging.MaxInputBytes} are taken."),
            _ => null,
        };
    }
}

internal sealed record DroppedBody(string Name, DroppedLinks Links);

internal sealed record DroppedLinks(string Documents);
