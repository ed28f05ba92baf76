using System.Net;
using Hazchem.Functions.Functions.Health;
using Hazchem.Functions.Hosting;
using Hazchem.Functions.Hosting.IsolatedWorker;
using Hazchem.Functions.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hazchem.Functions.Tests.Hosting.IsolatedWorker;

/// <summary>The functions for HTTP in a web server as the worker has one: it has routed the request, with a route of its own, before they get it.</summary>
public sealed class HttpFunctionsTests
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
        using var client = new HttpClient { BaseAddress = AddressOf(web) };
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { Function, function } } };

        using var answer = await client.SendAsync(request, Cancellation);

        answer.StatusCode.Should().Be(expected);
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
    }

    private static async Task<WebApplication> StartAsync(AppHarness app)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app.Compose(builder.Services);
        foreach (var warmUp in builder.Services.Where(service => service.ImplementationType == typeof(WarmUp)).ToList())
        {
            builder.Services.Remove(warmUp);
        }

        builder.Services.AddSingleton<Health>().AddSingleton<HttpFunctions>();
        var web = builder.Build();
        web.Map("{**path}", (RequestDelegate)(async context =>
        {
            var triggers = new HttpTriggers(context.RequestServices.GetRequiredService<HttpFunctions>());
            var answer = await (context.Request.Headers[Function].ToString() switch
            {
                "Health" => triggers.HealthAsync(context.Request),
                "Portal" => triggers.PortalAsync(context.Request),
                _ => triggers.ApiAsync(context.Request),
            });
            await answer.ExecuteAsync(context);
        }));
        await web.StartAsync(Cancellation);
        return web;
    }

    private static Uri AddressOf(WebApplication web) =>
        new(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
