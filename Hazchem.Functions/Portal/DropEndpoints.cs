using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Hazchem.Functions.Portal;

/// <summary>The drop box for a TMS that cannot write blobs.</summary>
internal sealed class DropEndpoints(DocumentStorage storage, Outcomes outcomes, HazchemSettings hazchem, ImagingOptions imaging, TimeProvider time)
{
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

        var onlyNew = request.Context.Request.Headers.IfNoneMatch.ToString();
        if (onlyNew is not ("" or "*"))
        {
            return Problem.BadRequest("If-None-Match is * or is left out.");
        }

        if (request.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = imaging.MaxInputBytes;
        }

        using var sha = SHA256.Create();
        try
        {
            await using var hashing = new CryptoStream(request.Context.Request.Body, sha, CryptoStreamMode.Read, leaveOpen: true);
            await storage.Outbound.GetBlobClient(name!.ToString()).UploadAsync(
                hashing,
                new BlobUploadOptions { Metadata = metadata, Conditions = onlyNew.Length > 0 ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null },
                request.Aborted);
        }
        catch (RequestFailedException e) when (onlyNew.Length > 0 && e.Status is 409 or 412)
        {
            return new Problem(StatusCodes.Status412PreconditionFailed, "exists", "A file of this name is still in the drop box.");
        }

        var key = DocumentKey.ToSend(name, Sha256Hash.FromBytes(sha.Hash!));
        await outcomes.TellAsync(
            PersonOutcome.Of(OutcomeKind.Dropped, name.Depot, key, row: null, request.Caller, time.GetUtcNow()) with
            {
                DocumentType = name.Type.ToSegment(),
                FileName = name.FileName,
                OriginalBytes = request.Context.Request.ContentLength,
            },
            request.Aborted);
        return new JsonAnswer<DroppedBody>(
            new DroppedBody(name.ToString(), new DroppedLinks(request.Links.Documents(name.Consignment.Value))),
            PortalJson.Default.DroppedBody,
            StatusCodes.Status201Created);
    }

    /// <summary>What can be told without reading the file. The rest is for the app to refuse, where everybody sees it.</summary>
    private Problem? ReasonToRefuse(ApiRequest request, out DropName? name)
    {
        name = null;
        var fileName = request.Route("fileName");
        if (fileName.Contains("%2F", StringComparison.OrdinalIgnoreCase) || fileName.Contains('\\', StringComparison.Ordinal))
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
