using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Extensions;

namespace Hazchem.LocalHost.Hosting;

/// <summary>The host's own port: requests forwarded to the handler under the route prefix, and <c>/admin</c>.</summary>
internal sealed class HttpFront : IAsyncDisposable
{
    // They concern one connection, and the handler's is another.
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private readonly FunctionApp app;
    private readonly FunctionsHostOptions options;
    private readonly HandlerSupervisor supervisor;
    private readonly Invoker invoker;
    private readonly HttpClient client;
    private readonly Func<string, string?, CancellationToken, Task<InvocationOutcome>> run;
    private readonly CancellationToken hostStopping;
    private readonly WebApplication web;

    public HttpFront(
        FunctionApp app,
        FunctionsHostOptions options,
        HandlerSupervisor supervisor,
        Invoker invoker,
        HttpClient client,
        Func<string, string?, CancellationToken, Task<InvocationOutcome>> run,
        CancellationToken hostStopping)
    {
        this.app = app;
        this.options = options;
        this.supervisor = supervisor;
        this.invoker = invoker;
        this.client = client;
        this.run = run;
        this.hostStopping = hostStopping;
        web = Build();
    }

    public Uri Address => new(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new LocalHostException($"Port {options.Port} is taken by another program; choose another one with --port.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await web.StopAsync(atOnce.Token);
        await web.DisposeAsync();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        // With the constraint regex, which the core alone has not.
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();

        var application = builder.Build();
        application.UseRouting();
        application.Use(AskForKeyAsync);
        application.MapGet("/admin/host/status", WriteStatusAsync);
        application.MapPost("/admin/functions/{name}", RunNowAsync);
        foreach (var function in app.Functions)
        {
            if (function.Trigger is HttpTrigger http)
            {
                var route = $"/{app.RoutePrefix}/{http.Route.TrimStart('/')}".Replace("//", "/", StringComparison.Ordinal);
                RequestDelegate forward = context => http.NeedsKey && !HasKey(context.Request)
                    ? RefuseAsync(context, StatusCodes.Status401Unauthorized, "")
                    : ForwardAsync(function, context);
                if (http.Methods.Count == 0)
                {
                    application.Map(route, forward);
                }
                else
                {
                    application.MapMethods(route, http.Methods, forward);
                }
            }
        }

        return application;
    }

    /// <summary>In the header or, as the host takes it too, in the address.</summary>
    private bool HasKey(HttpRequest request) =>
        options.FunctionKey is not { } key || request.Headers["x-functions-key"] == key || request.Query["code"] == key;

    /// <summary>The host's own endpoints ask for its master key.</summary>
    private Task AskForKeyAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase) && !HasKey(context.Request)
            ? RefuseAsync(context, StatusCodes.Status401Unauthorized, "")
            : next(context);

    private async Task ForwardAsync(FunctionDefinition function, HttpContext context)
    {
        var id = Guid.NewGuid();
        var subject = $"{context.Request.Method} {context.Request.Path}";
        if (!app.ForwardsHttpRequests)
        {
            options.Observer(new HostEvent(HostEventKind.Trouble, "host.json does not set customHandler.enableForwardingHttpRequest; the local host forwards only.", function.Name, subject, id));
            context.Response.StatusCode = StatusCodes.Status501NotImplemented;
            return;
        }

        // The host makes the address anew from the decoded one: a # or ? in a name ends the path, and an escaped escape is undone.
        if (!Uri.TryCreate(context.Request.GetDisplayUrl(), UriKind.Absolute, out var shown))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var handler = await supervisor.ReadyAsync(context.RequestAborted);
        using var timeout = new CancellationTokenSource(app.FunctionTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted, hostStopping);
        using var request = Copy(context.Request, shown.AbsolutePath + context.Request.QueryString, id);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);

            // Whole before a byte of it goes on, as the host does.
            var body = await answer.Content.ReadAsByteArrayAsync(either.Token);
            options.Observer(new HostEvent(HostEventKind.Forwarded, $"answered {(int)answer.StatusCode}", function.Name, subject, id));
            await AnswerAsync(context, answer, body, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            options.Observer(new HostEvent(HostEventKind.InvocationFailed, $"ran into functionTimeout ({app.FunctionTimeout})", function.Name, subject, id));
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            _ = invoker.KillLaterAsync(handler, function);
        }
        catch (HttpRequestException e)
        {
            options.Observer(new HostEvent(HostEventKind.InvocationFailed, $"the handler did not answer: {e.Message}", function.Name, subject, id));
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    private HttpRequestMessage Copy(HttpRequest original, string target, Guid id)
    {
        var uri = new Uri(
            $"http://127.0.0.1:{supervisor.Port}{target}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(original.Method), uri);

        // A body without a length is dropped by the host.
        if (original.ContentLength is { } length)
        {
            request.Content = new StreamContent(original.Body);
            request.Content.Headers.ContentLength = length;
        }

        var dropped = original.Headers.Connection.SelectMany(value => value?.Split(',', StringSplitOptions.TrimEntries) ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in original.Headers)
        {
            if (HopByHop.Contains(name) || dropped.Contains(name) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.TryAddWithoutValidation(name, $"{values} {Invoker.UserAgent}");
            }
            else if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        if (!original.Headers.ContainsKey("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", Invoker.UserAgent);
        }

        invoker.AddHostHeaders(request, id);
        return request;
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage answer, byte[] body, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        var dropped = answer.Headers.Connection.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!HopByHop.Contains(name) && !dropped.Contains(name) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        // These have no body; a length would be refused or, to HEAD, untrue.
        if (answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentLength = answer.Content.Headers.ContentLength;
            return;
        }

        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, cancellationToken);
    }

    private async Task RunNowAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        var function = app.Functions.FirstOrDefault(candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (function is null)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, $"There is no function {name}.");
            return;
        }

        string? input;
        try
        {
            input = await ReadInputAsync(context);
        }
        catch (JsonException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "The body must be JSON such as {\"input\": \"\"}.");
            return;
        }

        try
        {
            // Answered before it has run, as by the host.
            _ = run(function.Name, input, hostStopping);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        catch (ArgumentException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
    }

    private static async Task<string?> ReadInputAsync(HttpContext context)
    {
        using var text = new StreamReader(context.Request.Body);
        var body = await text.ReadToEndAsync(context.RequestAborted);
        if (string.IsNullOrWhiteSpace(body))
        {
            return null;
        }

        using var json = JsonDocument.Parse(body);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("input", out var input)
            ? input.ToString()
            : null;
    }

    private static async Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(message, context.RequestAborted);
    }

    private async Task WriteStatusAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.Body);
        json.WriteStartObject();
        json.WriteString("id", "hazchem-local-host");
        json.WriteString("state", supervisor.GaveUp.IsCompleted ? "Error" : "Running");
        json.WriteString("version", Invoker.HostVersion);
        json.WriteString("versionDetails", $"{Invoker.HostVersion} (local stand-in)");
        json.WriteNumber("processUptime", Environment.TickCount64);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }
}
