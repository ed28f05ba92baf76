using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hazchem.Functions.Hosting;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hazchem.Functions.Tests.Portal;

/// <summary>The app's own endpoints over HTTP, in this process, so that what it asks of storage is counted.</summary>
internal sealed class PortalHarness : IAsyncDisposable
{
    public const string Person = "/api/portal/v1";
    public const string Tms = "/api/v1";

    private readonly WebApplication web;

    private PortalHarness(AppHarness app, WebApplication web)
    {
        App = app;
        this.web = web;
        Client = new HttpClient { BaseAddress = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    public AppHarness App { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => web.Services;

    /// <summary>Run when a request has come in, before the app sees it.</summary>
    public Action<HttpContext>? OnRequest { get; set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="settings">Besides those of <see cref="AppHarness"/>.</param>
    public static Task<PortalHarness> StartAsync(params (string Name, string? Value)[] settings) => StartAsync(null, settings);

    /// <param name="replace">Puts other services in the place of the app's own.</param>
    /// <inheritdoc cref="StartAsync(ValueTuple{string, string}[])"/>
    public static async Task<PortalHarness> StartAsync(Action<IServiceCollection>? replace, params (string Name, string? Value)[] settings)
    {
        var app = await AppHarness.StartAsync([("Portal__Authentication", "None"), .. settings]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app.Compose(builder.Services);
        foreach (var warmUp in builder.Services.Where(service => service.ImplementationType == typeof(WarmUp)).ToList())
        {
            builder.Services.Remove(warmUp);
        }

        replace?.Invoke(builder.Services);
        var web = builder.Build();
        PortalHarness? harness = null;
        web.Use((context, next) =>
        {
            harness?.OnRequest?.Invoke(context);
            return next(context);
        });
        web.UseGuard();
        web.MapPortal();
        web.MapApi();
        await web.StartAsync(Cancellation);
        await web.Services.GetRequiredService<DocumentStorage>().EnsureCreatedAsync(Cancellation);
        app.StorageCalls.Operations.Clear();
        harness = new PortalHarness(app, web);
        return harness;
    }

    /// <summary>As the web page asks.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (method != HttpMethod.Get && method != HttpMethod.Head)
        {
            request.Headers.Add(Guard.ChangeHeader, "1");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        return Client.SendAsync(request, Cancellation);
    }

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await SendAsync(HttpMethod.Get, Person + path), 200);

    public async Task<JsonElement> PostAsync(string path, object? body = null, int status = 200) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, Person + path, body is null ? null : JsonSerializer.Serialize(body)), status);

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, int status)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Cancellation);
            ((int)answer.StatusCode).Should().Be(status, text);
            answer.Content.Headers.ContentType!.MediaType.Should().Be(status < 400 ? "application/json" : "application/problem+json");
            var path = answer.RequestMessage!.RequestUri!.AbsolutePath;
            var root = path.StartsWith(Person, StringComparison.Ordinal) ? Person : Tms;
            (await ApiDescription.GetAsync()).ProblemsOf(answer.RequestMessage.Method.Method, path[root.Length..], status, JsonNode.Parse(text)).Should().BeEmpty();
            return JsonDocument.Parse(text).RootElement;
        }
    }

    /// <summary>The one document of a consignment.</summary>
    public async Task<JsonElement> DocumentAsync(string consignment) =>
        (await GetAsync($"/consignments/{consignment}/documents")).GetProperty("documents").EnumerateArray().Should().ContainSingle().Which;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await web.DisposeAsync();
        await App.DisposeAsync();
    }
}
