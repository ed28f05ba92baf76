using System.Net;
using Azure;
using Hazchem.Functions.Storage;
using Microsoft.Net.Http.Headers;

namespace Hazchem.Functions.Portal;

/// <summary>
/// Stands before every endpoint that outsiders reach: who may, from where, and what a browser may do with the answer. An
/// error without a body gets one here.
/// </summary>
internal sealed class Guard(PortalSettings settings, LinkSettings links, ILogger<Guard> logger)
{
    /// <summary>A change from the web page carries it. No other site's page can set it without being asked for its origin first.</summary>
    public const string ChangeHeader = "X-Portal";

    /// <summary>
    /// The function key, which may also come as <see cref="KeyParameter"/>. The host checks it and forwards it with YARP, which
    /// takes nothing away (Azure/azure-functions-host, <c>src/WebJobs.Script.Grpc/Server/DefaultHttpProxyService.cs</c>). So the host
    /// took a request without it for a function that asks for none. A request with it proves nothing by itself, since the app
    /// does not know the keys: the functions' routes see to it that no other function's addresses lead here.
    /// </summary>
    private const string KeyHeader = "x-functions-key";

    private const string KeyParameter = "code";

    /// <summary>What the web page may load: its own files, and nothing written into them.</summary>
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
        "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>What an answer that is no page may do: nothing.</summary>
    private const string DataPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

    private static readonly PathString Root = "/api";
    private static readonly PathString ForTheTms = Addresses.ForTheTms;
    private static readonly PathString ForPeople = Addresses.ForPeople;
    private static readonly PathString ForTheWebPage = Addresses.ForTheWebPage;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (!path.StartsWithSegments(Root))
        {
            await next(context);
            return;
        }

        var hasKey = TakeKey(context.Request);
        SetHeaders(context.Response.Headers, isPage: path.StartsWithSegments(ForPeople) && !path.StartsWithSegments(ForTheWebPage));
        if (Refuse(context, hasKey) is { } problem)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (RequestFailedException e) when (!context.Response.HasStarted)
        {
            Log.StorageFailed(logger, context.Request.Method, e.Status, e.ErrorCode, e);
            await Problem.TryLater("The documents' storage does not answer as it should. Try again in a moment.").ExecuteAsync(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Problem.OfStatus(e.StatusCode).ExecuteAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            Log.RequestFailed(logger, context.Request.Method, e);
            await new Problem(StatusCodes.Status500InternalServerError, "error", "Something went wrong that nobody foresaw. The log says what.").ExecuteAsync(context);
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 } empty)
        {
            await Problem.OfStatus(empty.StatusCode).ExecuteAsync(context);
        }
    }

    private static void SetHeaders(IHeaderDictionary headers, bool isPage)
    {
        headers.ContentSecurityPolicy = isPage ? PagePolicy : DataPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-store";
    }

    /// <summary>Takes a key out of the address, so that nothing after this can repeat it.</summary>
    /// <returns>Whether there was a key, there or in the header.</returns>
    private static bool TakeKey(HttpRequest request)
    {
        var hasKey = !string.IsNullOrEmpty(request.Headers[KeyHeader]);
        if (request.Query.TryGetValue(KeyParameter, out var inAddress))
        {
            hasKey |= !string.IsNullOrEmpty(inAddress);
            request.QueryString = QueryString.Create(request.Query.Where(value => !value.Key.Equals(KeyParameter, StringComparison.OrdinalIgnoreCase)));
        }

        return hasKey;
    }

    private Problem? Refuse(HttpContext context, bool hasKey)
    {
        var request = context.Request;
        var forTheTms = request.Path.StartsWithSegments(ForTheTms);
        if (!forTheTms && !request.Path.StartsWithSegments(ForPeople))
        {
            return null;
        }

        // Where nobody is asked, another site's page could have its own name point at this machine, and for the browser it
        // would be the app's own page then.
        if (settings.Authentication == PortalAuthentication.None && !IsOurs(request.Host.Host))
        {
            return new Problem(StatusCodes.Status403Forbidden, "not-local", "Without authentication the app is for this machine alone: use http://127.0.0.1.");
        }

        return forTheTms ? RefuseTms(context, hasKey) : RefuseVisitor(context);
    }

    /// <summary>
    /// The host has checked the key, if it took the request for the function <c>Api</c>. What a browser or App Service
    /// authentication sent, or what has no key, it took for another.
    /// </summary>
    private Problem? RefuseTms(HttpContext context, bool hasKey)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey("Sec-Fetch-Site")
            || headers.ContainsKey(HeaderNames.Origin)
            || headers.Keys.Any(name => name.StartsWith(ClientPrincipal.HeaderStart, StringComparison.OrdinalIgnoreCase)))
        {
            return new Problem(
                StatusCodes.Status403Forbidden, "not-for-people", $"This is for programs with a key. A browser and whoever is signed in ask {ForTheWebPage}.");
        }

        if (settings.IsInAzure && !hasKey)
        {
            return new Problem(StatusCodes.Status401Unauthorized, "no-key", $"There is no key. Send one in the header {KeyHeader}.");
        }

        Caller.Tms.SetOn(context);
        return null;
    }

    private Problem? RefuseVisitor(HttpContext context)
    {
        if (settings.Authentication == PortalAuthentication.None)
        {
            Caller.Local.SetOn(context);
        }
        else if (!settings.AuthenticationIsEnabled)
        {
            return new Problem(StatusCodes.Status401Unauthorized, "not-signed-in", "App Service authentication is not switched on, so nobody can be let in. Whoever runs the app switches it on.");
        }
        else if (ClientPrincipal.NameIn(context.Request.Headers) is { } name)
        {
            new Caller(name).SetOn(context);
        }
        else
        {
            return new Problem(StatusCodes.Status401Unauthorized, "not-signed-in", "Nobody is signed in. Load the page again.");
        }

        return RefuseOtherSite(context.Request);
    }

    /// <summary>
    /// A page of another site can make a browser send requests, with its user's sign-in. Browsers say so in
    /// <c>Sec-Fetch-Site</c>, older ones in <c>Origin</c>, and let no such page set a header of its own.
    /// </summary>
    private static Problem? RefuseOtherSite(HttpRequest request)
    {
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var followsALink = reads && request.Headers["Sec-Fetch-Mode"] == "navigate";
        var sameSite = site.Length > 0
            ? site == "same-origin" || (reads && site == "none") || followsALink
            : !request.Headers.TryGetValue(HeaderNames.Origin, out var origin) || IsOwn(origin.ToString(), request.Host);
        return sameSite && (reads || request.Headers[ChangeHeader] == "1")
            ? null
            : new Problem(
                StatusCodes.Status403Forbidden,
                "other-site",
                reads
                    ? "Another site's page asked for this. Open it from the web page itself."
                    : $"A change is taken only from the web page itself, with the header {ChangeHeader}: 1.");
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);

    private bool IsOurs(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (Uri.TryCreate(links.BaseUrl, UriKind.Absolute, out var own) && host.Equals(own.Host, StringComparison.OrdinalIgnoreCase))
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
