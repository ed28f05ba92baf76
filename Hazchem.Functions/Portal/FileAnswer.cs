using Azure.Storage.Blobs.Models;
using Microsoft.Net.Http.Headers;

namespace Hazchem.Functions.Portal;

/// <summary>An original, as a download: a browser opens none of it as what it claims to be.</summary>
internal sealed class FileAnswer(BlobDownloadStreamingResult file, string contentType, string fileName) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (file)
        {
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(fileName);
            httpContext.Response.Headers.ContentDisposition = disposition.ToString();
            httpContext.Response.ContentType = contentType;
            httpContext.Response.ContentLength = file.Details.ContentLength;
            if (!HttpMethods.IsHead(httpContext.Request.Method))
            {
                await file.Content.CopyToAsync(httpContext.Response.Body, httpContext.RequestAborted);
            }
        }
    }
}
