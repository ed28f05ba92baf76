using System.Net;
using Azure;
using Hazchem.Functions.Functions;
using Hazchem.Functions.Hosting;
using Hazchem.Functions.Tests.Support;
using Hazchem.Functions.Tests.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortalFunction = Hazchem.Functions.Functions.Portal;

namespace Hazchem.Functions.Tests.Hosting;

/// <summary>The HTTP functions in a web server like the worker's, which has routed the request before they get it.</summary>
public sealed class HttpEndpointsTests
{
    /// <summary>The function that the host chose.</summary>
    private const string Function = "X-Function";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Health", "/api/health", HttpStatusCode.OK)]
    [InlineData("Portal", "/api/portal/", HttpStatusCode.OK)]
    [InlineData("Portal", "/api/portal/v1/me", HttpStatusCode.OK)]
    [InlineData("Portal", "/api/portal/v1/consignments/HZ1/documents", HttpStatusCode.OK)]
    [InlineData("Api", "/api/v1/consignments/HZ1/documents", HttpStatusCode.OK)]
    [InlineData("Api", "/api/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("Portal", "/api/v1/consignments/HZ1/documents", HttpStatusCode.NotFound)]
    [InlineData("Portal", "/api/health", HttpStatusCode.NotFound)]
    [InlineData("Health", "/api/v1/status", HttpStatusCode.NotFound)]
    [InlineData("Api", "/api/portal/", HttpStatusCode.NotFound)]
    public async Task Function_is_asked_for_a_path_answers_its_own_and_no_other(string function, string path, HttpStatusCode expected)
    {
        await using var app = await AppHarness.StartAsync(("Portal__Authentication", "None"));
        await using var web = await StartAsync(app);

        using var answer = await AskAsync(web, function, HttpMethod.Get, path);

        answer.StatusCode.Should().Be(expected);
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
    }

    [Theory]
    [InlineData("documents.example", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    public async Task Request_for_a_name_that_the_host_passes_on_is_held_to_it_where_nobody_is_asked(string name, HttpStatusCode expected)
    {
        await using var app = await AppHarness.StartAsync(("Portal__Authentication", "None"));
        await using var web = await StartAsync(app);
        foreach (var (function, path) in new[] { ("Portal", "/api/portal/v1/me"), ("Api", "/api/v1/me") })
        {
            using var answer = await AskAsync(web, function, HttpMethod.Get, path, ("X-Forwarded-Host", name));
            answer.StatusCode.Should().Be(expected);
        }
    }

    [Fact]
    public async Task Request_in_Azure_needs_a_key_or_a_sign_in_of_its_own_function()
    {
        await using var app = await AppHarness.StartAsync(("WEBSITE_SITE_NAME", "documents"), ("WEBSITE_AUTH_ENABLED", "true"));
        await using var web = await StartAsync(app);
        (string, string) key = ("x-functions-key", "a-key"), signedIn = ("X-MS-CLIENT-PRINCIPAL-NAME", "clerk@example.com"), change = ("X-Portal", "1");

        (await StatusAsync("Api", "GET", "/api/v1/me")).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync("Api", "GET", "/api/v1/me", key)).Should().Be(HttpStatusCode.OK, "the host passes the key on that it has checked");
        (await StatusAsync("Api", "GET", "/api/v1/me?code=a-key")).Should().Be(HttpStatusCode.OK, "the host takes it there too");
        (await StatusAsync("Api", "GET", "/api/v1/me?code=")).Should().Be(HttpStatusCode.Unauthorized);
        foreach (var browser in new[] { signedIn, ("x-ms-client-principal", "e30="), ("X-MS-CLIENT-PRINCIPAL-ID", "an-id"), ("Sec-Fetch-Site", "same-origin"), ("Origin", "https://elsewhere.example") })
        {
            (await StatusAsync("Api", "GET", "/api/v1/me", key, browser)).Should().Be(HttpStatusCode.Forbidden);
        }

        (await StatusAsync("Portal", "GET", "/api/portal/v1/me", key)).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync("Portal", "GET", "/api/portal/v1/me", signedIn)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync("Portal", "POST", "/api/portal/v1/attention/dismiss", signedIn)).Should().Be(HttpStatusCode.Forbidden, "another site's page cannot set a header");
        (await StatusAsync("Portal", "POST", "/api/portal/v1/attention/dismiss", signedIn, change, ("Origin", "https://elsewhere.example"))).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync("Portal", "POST", "/api/portal/v1/attention/dismiss", signedIn, change, ("X-Forwarded-Host", "documents.example"), ("Origin", "https://documents.example")))
            .Should().Be(HttpStatusCode.LengthRequired, "it is let in, and lacks its body");

        async Task<HttpStatusCode> StatusAsync(string function, string method, string path, params (string Name, string Value)[] headers)
        {
            using var answer = await AskAsync(web, function, new HttpMethod(method), path, headers);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Requests_are_exported_without_the_names_in_their_addresses()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var app = await AppHarness.StartAsync([("Portal__Authentication", "None"), .. collector.Settings]);
        await using (var web = await StartAsync(app, collector.Settings))
        {
            // What is written to the log while a request is answered has the server's scopes.
            app.StorageCalls.Before = _ => throw new RequestFailedException(503, "Storage is out.");
            using var answer = await AskAsync(web, "Api", HttpMethod.Get, "/api/v1/consignments/HZ1/documents/Frau-Schmidt", ("X-Forwarded-Host", "127.0.0.1"));
            answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);

            // A request's span ends after its answer. The server waits for it as it stops, and not when it is only disposed.
            await web.StopAsync(Cancellation);
        }

        // All of it is exported when the server has ended.
        collector.Logs.Should().Contain(log => log.Event == "StorageFailed");
        collector.Spans.Should().Contain(span => span.Name.StartsWith("GET ", StringComparison.Ordinal));
        collector.All.Should().NotContain("Schmidt");
    }

    [Fact]
    public async Task Request_whose_sender_has_left_is_no_failure_of_the_function()
    {
        await using var app = await AppHarness.StartAsync(("Portal__Authentication", "None"));
        await using var web = await StartAsync(app);
        var context = new DefaultHttpContext { RequestServices = web.Services, RequestAborted = new CancellationToken(canceled: true) };
        context.Request.Method = HttpMethods.Get;
        context.Request.Host = new HostString("127.0.0.1");
        context.Request.Path = "/api/v1/status";

        var asking = () => new Api(web.Services.GetRequiredService<HttpEndpoints>()).RunAsync(context.Request);

        await asking.Should().NotThrowAsync();
    }

    [Fact]
    public async Task Key_in_the_address_is_repeated_nowhere()
    {
        const string Key = "key-in-the-address";
        await using var collector = await OtlpCollector.StartAsync();
        await using var app = await AppHarness.StartAsync([("Portal__Authentication", "None"), .. collector.Settings]);
        await using (var web = await StartAsync(app, collector.Settings))
        {
            foreach (var (function, path, expected) in new[]
            {
                ("Api", "/api/v1/changes?since=yesterday&code=", HttpStatusCode.BadRequest),
                ("Api", "/api/v1/nothing?CODE=", HttpStatusCode.NotFound),
                ("Portal", "/api/portal?view=now&code=", HttpStatusCode.Redirect),
                ("Health", "/api/health?code=", HttpStatusCode.OK),
            })
            {
                await AskAndLookAsync(function, path, expected);
            }

            app.StorageCalls.Before = _ => throw new RequestFailedException(503, "Storage is out.");
            await AskAndLookAsync("Api", "/api/v1/consignments/HZ1/documents?code=", HttpStatusCode.ServiceUnavailable);
            app.StorageCalls.Before = _ => throw new InvalidOperationException("Nobody foresaw this.");
            await AskAndLookAsync("Api", "/api/v1/consignments/HZ1/documents?limit=1&code=", HttpStatusCode.InternalServerError);
            await web.StopAsync(Cancellation);

            async Task AskAndLookAsync(string function, string path, HttpStatusCode expected)
            {
                using var answer = await AskAsync(web, function, HttpMethod.Get, path + Key);
                answer.StatusCode.Should().Be(expected);
                $"{answer.Headers} {await answer.Content.ReadAsStringAsync(Cancellation)}".Should().NotContain(Key);
            }
        }

        collector.Spans.Should().Contain(span => span.Name.StartsWith("GET ", StringComparison.Ordinal));
        collector.Logs.Should().Contain(log => log.Event == "RequestFailed");
        collector.All.Should().NotContain(Key);
        app.Logs.Lines.Should().NotContain(line => line.Contains(Key, StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> AskAsync(
        WebApplication web, string function, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = AddressOf(web) };
        using var request = new HttpRequestMessage(method, path) { Headers = { { Function, function } } };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request, Cancellation);
    }

    /// <param name="app">Whose functions it asks.</param>
    /// <param name="settings">What the exporters read by themselves.</param>
    private static async Task<WebApplication> StartAsync(AppHarness app, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app.Compose(builder.Services);
        foreach (var warmUp in builder.Services.Where(service => service.ImplementationType == typeof(WarmUp)).ToList())
        {
            builder.Services.Remove(warmUp);
        }

        var web = builder.Build();

        // As the worker's own server is set up: the host forwards with Host set to where the worker listens.
        web.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All });
        web.Map("{**path}", (RequestDelegate)(async context =>
        {
            var endpoints = context.RequestServices.GetRequiredService<HttpEndpoints>();
            var answer = await (context.Request.Headers[Function].ToString() switch
            {
                "Health" => new Health(endpoints).RunAsync(context.Request),
                "Portal" => new PortalFunction(endpoints).RunAsync(context.Request),
                _ => new Api(endpoints).RunAsync(context.Request),
            });
            await answer.ExecuteAsync(context);
        }));
        await web.StartAsync(Cancellation);
        return web;
    }

    private static Uri AddressOf(WebApplication web) =>
        new(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
