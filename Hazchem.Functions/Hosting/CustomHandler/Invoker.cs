using Hazchem.Functions.Functions.CountDay;
using Hazchem.Functions.Functions.FetchDocuments;
using Hazchem.Functions.Functions.PurgeRows;
using Hazchem.Functions.Functions.SendDocument;
using Hazchem.Functions.Functions.SweepOutbound;
using Hazchem.Functions.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>Runs the function that the host asks for, and answers as the host understands it.</summary>
internal sealed class Invoker(
    SendDocument sendDocument,
    FetchDocuments fetchDocuments,
    SweepOutbound sweepOutbound,
    CountDay countDay,
    PurgeRows purgeRows,
    DocumentStorage storage,
    IHostApplicationLifetime lifetime,
    ILogger<Invoker> logger)
{
    /// <summary>What was refused is recorded and a success: a failure is only what nobody foresaw, and is delivered again.</summary>
    public async Task<JsonHttpResult<InvocationAnswer>> InvokeAsync(string function, HttpContext context)
    {
        if (!IsFromTheHostItself(context) || Find(function) is not { } run)
        {
            return Answer(StatusCodes.Status404NotFound, $"There is no function {function}.");
        }

        LiftBodyLimits(context);
        try
        {
            await run(await InvocationRequest.ReadAsync(context.Request.Body, context.RequestAborted));
            return Answer(StatusCodes.Status200OK);
        }
        catch (InvocationException e)
        {
            Log.Malformed(logger, function, e.Message);
            return Answer(StatusCodes.Status400BadRequest, e.Message);
        }
        catch (Exception e)
        {
            Log.Failed(logger, function, e);
            return Answer(StatusCodes.Status500InternalServerError, $"{function} failed: {e.GetType().Name}.");
        }
    }

    /// <summary>
    /// The host calls a trigger at the app's own address. A request from outside keeps the address that it was sent to, should
    /// its path ever be forwarded as another than the one that the host looked at.
    /// </summary>
    private static bool IsFromTheHostItself(HttpContext context) =>
        context.Request.Host.Port == context.Connection.LocalPort;

    /// <remarks>
    /// A document on its way is never cut short by the app itself: Hazchem may have stored it. What runs for minutes ends
    /// in good order between two documents when the app is told to stop.
    /// </remarks>
    private Func<InvocationRequest, Task>? Find(string function) => function switch
    {
        nameof(SendDocument) => request => sendDocument.RunAsync(BlobName(request), CancellationToken.None),
        nameof(FetchDocuments) => _ => fetchDocuments.RunAsync(lifetime.ApplicationStopping),
        nameof(SweepOutbound) => _ => sweepOutbound.RunAsync(lifetime.ApplicationStopping),
        nameof(CountDay) => _ => countDay.RunAsync(lifetime.ApplicationStopping),
        nameof(PurgeRows) => _ => purgeRows.RunAsync(lifetime.ApplicationStopping),
        _ => null,
    };

    private string BlobName(InvocationRequest request)
    {
        if (request.BlobUri is not { } uri)
        {
            throw new InvocationException("Metadata.Uri is missing: a blob trigger names its blob there.");
        }

        return BlobAddress.TryParse(uri, storage.Outbound.Uri.AbsolutePath, out var name, out var reason)
            ? name
            : throw new InvocationException(reason);
    }

    /// <summary>The body may hold a whole file in base64, and may come as slowly as the host reads it from the account.</summary>
    private static void LiftBodyLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    private static JsonHttpResult<InvocationAnswer> Answer(int status, string? error = null) => TypedResults.Json(
        new InvocationAnswer { Error = error }, InvocationJson.Default.InvocationAnswer, statusCode: status);
}
