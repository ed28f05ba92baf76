using System.Text.Json;
using Hazchem.LocalHost.Hosting.Rpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Forwarder;

namespace Hazchem.LocalHost.Hosting;

/// <summary>The host's own port: requests forwarded to the worker under the route prefix, and <c>/admin/functions</c>.</summary>
internal sealed class HttpFront(FunctionApp app, FunctionsHostOptions options, Invoker invoker, Func<string, string?, Task> run) : IAsyncDisposable
{
    private const string InvocationHeader = "x-ms-invocation-id";
    private const string TraceHeader = "traceparent";

    // The host's own figure.
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly HttpMessageInvoker client = new(new ForwardingRetry(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,

        // A request's trace goes on in its headers; this process's own is nobody's business.
        ActivityHeadersPropagator = null,
    }));

    private WebApplication? web;

    public Uri Address => web!.Address();

    public async Task StartAsync(IEnumerable<FunctionDefinition> functions, CancellationToken cancellationToken)
    {
        var builder = LoopbackServer.CreateBuilder(options.Port, HttpProtocols.Http1);
        builder.Services.AddHttpForwarder();
        web = builder.Build();
        var forwarder = web.Services.GetRequiredService<IHttpForwarder>();
        web.MapPost("/admin/functions/{name}", RunNowAsync).AddEndpointFilter(AskForKey);
        foreach (var function in functions)
        {
            if (function.Trigger is HttpTrigger trigger)
            {
                var route = $"/{app.RoutePrefix}/{trigger.Route}".Replace("//", "/", StringComparison.Ordinal);
                var answer = (HttpContext context) => AnswerAsync(function, forwarder, context);
                var mapped = trigger.Methods.Count == 0 ? web.Map(route, answer) : web.MapMethods(route, trigger.Methods, answer);
                if (trigger.NeedsKey)
                {
                    mapped.AddEndpointFilter(AskForKey);
                }
            }
        }

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
        if (web is not null)
        {
            await web.StopAtOnceAsync();
        }

        client.Dispose();
    }

    /// <summary>In the header or, as the host takes it too, in the address.</summary>
    private async ValueTask<object?> AskForKey(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        return options.FunctionKey is not { } key || request.Headers["x-functions-key"] == key || request.Query["code"] == key
            ? await next(context)
            : Results.Unauthorized();
    }

    /// <summary>The worker is told to run the function, and is sent the request itself under the same id.</summary>
    private async Task AnswerAsync(FunctionDefinition function, IHttpForwarder forwarder, HttpContext context)
    {
        var subject = $"{context.Request.Method} {context.Request.Path}";
        var headers = context.Request.Headers;
        headers["X-Forwarded-Host"] = context.Request.Host.Value;
        headers["X-Forwarded-Proto"] = context.Request.Scheme;
        if (headers[TraceHeader].Count != 1)
        {
            headers[TraceHeader] = Invoker.NewTrace();
        }

        var request = new InvocationRequest
        {
            InputData = { new ParameterBinding { Name = function.Trigger.BindingName, Data = new TypedData { Http = new RpcHttp() } } },
            TraceContext = new RpcTraceContext { TraceParent = headers[TraceHeader] },
        };
        var outcome = await invoker.InvokeAsync(function, subject, request, context.RequestAborted, async (worker, id, timeout) =>
        {
            headers[InvocationHeader] = id.ToString();
            var error = await forwarder.SendAsync(context, worker.HttpUri, client, Forwarding, HttpTransformer.Default, timeout);
            return error == ForwarderError.None ? null : $"the request was not forwarded: {error}";
        });
        if (!outcome.Succeeded && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        options.Observer(new HostEvent(
            outcome.Succeeded ? HostEventKind.Forwarded : HostEventKind.InvocationFailed,
            outcome.Error ?? $"answered {context.Response.StatusCode}",
            function.Name,
            subject,
            outcome.InvocationId));
    }

    private async Task<IResult> RunNowAsync(string name, HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var text = new StreamReader(request.Body);
            var body = await text.ReadToEndAsync(cancellationToken);
            var input = string.IsNullOrWhiteSpace(body) ? null : JsonSerializer.Deserialize<RunNow>(body, JsonSerializerOptions.Web)?.Input;

            // Answered before it has run, as by the host.
            _ = run(name, input);
            return Results.Accepted();
        }
        catch (JsonException)
        {
            return Results.Text("The body must be JSON such as {\"input\": \"\"}.", statusCode: StatusCodes.Status400BadRequest);
        }
        catch (ArgumentException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (KeyNotFoundException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status404NotFound);
        }
    }

    private sealed record RunNow(string? Input);
}
