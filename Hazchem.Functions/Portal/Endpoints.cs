using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>The API of <c>docs/api.yaml</c>, the same for the TMS and for the web page.</summary>
internal static class Endpoints
{
    private const string Json = "application/json";
    private const string Document = "/consignments/{consignment}/documents/{document}";

    /// <param name="app">Where requests come in.</param>
    /// <param name="root">What the addresses begin with, such as <c>/api/v1</c>.</param>
    public static void Map(IEndpointRouteBuilder app, string root)
    {
        Get<StatusEndpoints>("/me", Json, (status, request) => status.GetMeAsync(request));
        Get<StatusEndpoints>("/status", Json, (status, request) => status.GetStatusAsync(request));
        Get<ChangeEndpoints>("/changes", Json, (changes, request) => changes.ListAsync(request));
        Get<ConsignmentEndpoints>("/consignments", Json, (consignments, request) => consignments.SuggestAsync(request));
        Delete<ConsignmentEndpoints>("/consignments/{consignment}", (consignments, request) => consignments.EraseAsync(request));
        Get<ConsignmentEndpoints>("/consignments/{consignment}/documents", Json, (consignments, request) => consignments.ListAsync(request));
        Get<DocumentEndpoints>(Document, Json, (documents, request) => documents.GetAsync(request));
        Get<DocumentEndpoints>($"{Document}/content", null, (documents, request) => documents.GetContentAsync(request));
        Get<PageEndpoints>($"{Document}/pages", Json, (pages, request) => pages.ListAsync(request));
        Get<PageEndpoints>($"{Document}/pages/{{page:int:min(1)}}", "image/png", (pages, request) => pages.GetAsync(request));
        Get<PageEndpoints>($"{Document}/thumbnail", "image/jpeg", (pages, request) => pages.GetThumbnailAsync(request));
        Post<DocumentEndpoints>($"{Document}/send-again", (documents, request) => documents.SendAgainAsync(request));
        Get<AttentionEndpoints>("/attention", Json, (attention, request) => attention.ListAsync(request));
        Post<AttentionEndpoints>("/attention/dismiss", (attention, request) => attention.DismissAsync(request));
        Post<AttentionEndpoints>("/attention/send-again", (attention, request) => attention.SendAgainAsync(request));
        Get<PrintEndpoints>("/print-queue", Json, (print, request) => print.ListAsync(request));
        Post<PrintEndpoints>("/print-queue/printed", (print, request) => print.MarkAsync(request));
        Put<DropEndpoints>("/drop-box/{depot}/{consignment}/{documentType}", (drop, request) => drop.PutAsync(request));
        Put<DropEndpoints>("/drop-box/{depot}/{consignment}/{documentType}/{fileName}", (drop, request) => drop.PutAsync(request));

        void Get<T>(string pattern, string? produces, Func<T, ApiRequest, Task<IResult>> handle)
            where T : notnull => Add([HttpMethods.Get, HttpMethods.Head], pattern, produces, handle);

        void Post<T>(string pattern, Func<T, ApiRequest, Task<IResult>> handle)
            where T : notnull => Add([HttpMethods.Post], pattern, Json, handle);

        void Put<T>(string pattern, Func<T, ApiRequest, Task<IResult>> handle)
            where T : notnull => Add([HttpMethods.Put], pattern, Json, handle);

        void Delete<T>(string pattern, Func<T, ApiRequest, Task<IResult>> handle)
            where T : notnull => Add([HttpMethods.Delete], pattern, Json, handle);

        void Add<T>(string[] methods, string pattern, string? produces, Func<T, ApiRequest, Task<IResult>> handle)
            where T : notnull =>
            app.MapMethods(root + pattern, methods, (RequestDelegate)(context => AnswerAsync(context, root, produces, handle)));
    }

    private static async Task AnswerAsync<T>(
        HttpContext context, string root, string? produces, Func<T, ApiRequest, Task<IResult>> handle)
        where T : notnull
    {
        if (produces is not null && !Accepting.Takes(context.Request, produces, produces.StartsWith("image/", StringComparison.Ordinal) ? "image/jpeg" : produces))
        {
            await new Problem(StatusCodes.Status406NotAcceptable, "not-acceptable", $"This is answered as {produces}.").ExecuteAsync(context);
            return;
        }

        await context.RequestServices.GetRequiredService<DocumentStorage>().EnsureCreatedAsync(context.RequestAborted);
        IResult answer;
        try
        {
            answer = await handle(context.RequestServices.GetRequiredService<T>(), new ApiRequest(context, root));
        }
        catch (ProblemException e)
        {
            answer = e.Problem;
        }

        await answer.ExecuteAsync(context);
    }
}
