using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.Portal;

public sealed partial class ApiDescriptionTests
{
    [Theory]
    [InlineData(PortalHarness.Tms)]
    [InlineData(PortalHarness.Person)]
    public async Task Description_hasEachEndpointAndNoOther(string root)
    {
        await using var portal = await PortalHarness.StartAsync();
        var endpoints = portal.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith(root + "/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Where(method => method != "HEAD")
                .Select(method => $"{method} {Constraint().Replace(endpoint.RoutePattern.RawText![root.Length..], "")}"));

        (await ApiDescription.GetAsync()).Operations.Should().BeEquivalentTo(endpoints);
    }

    [GeneratedRegex(@":[^}]*(?=\})")]
    private static partial Regex Constraint();
}
