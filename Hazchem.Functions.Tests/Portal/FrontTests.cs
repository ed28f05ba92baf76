using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Tests.EndToEnd;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Portal;

/// <summary>What outsiders reach of the published app behind the local host, and what they do not.</summary>
public sealed class FrontTests(FrontFixture front) : IClassFixture<FrontFixture>
{
    private const string Someone = "clerk@example.com";

    private static readonly (string Name, string Value) SignedIn = ("X-MS-CLIENT-PRINCIPAL-NAME", Someone);
    private static readonly (string Name, string Value) FromThePage = ("X-Portal", "1");
    private static readonly (string Name, string Value) WithKey = ("x-functions-key", FrontFixture.Key);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Endpoints { get; } = new()
    {
        { "GET", "/me" },
        { "GET", "/status" },
        { "GET", "/changes" },
        { "GET", "/consignments?prefix=H" },
        { "DELETE", "/consignments/HZ1" },
        { "GET", "/consignments/HZ1/documents" },
        { "GET", "/consignments/HZ1/documents/x" },
        { "GET", "/consignments/HZ1/documents/x/content" },
        { "GET", "/consignments/HZ1/documents/x/pages" },
        { "GET", "/consignments/HZ1/documents/x/pages/1" },
        { "GET", "/consignments/HZ1/documents/x/thumbnail" },
        { "POST", "/consignments/HZ1/documents/x/send-again" },
        { "GET", "/attention" },
        { "POST", "/attention/dismiss" },
        { "POST", "/attention/send-again" },
        { "GET", "/print-queue" },
        { "POST", "/print-queue/printed" },
        { "PUT", "/drop-box/045/HZ1/pod" },
        { "PUT", "/drop-box/045/HZ1/pod/a.jpg" },
    };

    /// <summary>Those of the endpoints that change something.</summary>
    public static TheoryData<string, string> Changes { get; } = new(Endpoints.Where(row => row.Data.Item1 != "GET").Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Api_withoutAKeyOrWithAWrongOne_isNotReached(string method, string path)
    {
        foreach (var key in new[] { null, "another-key" })
        {
            using var answer = await SendAsync(method, $"/api/v1{path}", key is null ? [] : [("x-functions-key", key)]);
            answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            answer.Headers.Contains("Content-Security-Policy").Should().BeFalse("the host answered, and the app was not asked");
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Portal_ofSomebodyWhoIsNotSignedIn_isRefused(string method, string path)
    {
        using var answer = await SendAsync(method, $"/api/portal/v1{path}", [FromThePage, WithKey]);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await CodeOfAsync(answer)).Should().Be("not-signed-in");
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Portal_aChangeFromAnotherSitesPage_isRefused(string method, string path)
    {
        foreach (var headers in new (string, string)[][]
        {
            [SignedIn],
            [SignedIn, FromThePage, ("Sec-Fetch-Site", "cross-site")],
            [SignedIn, FromThePage, ("Sec-Fetch-Site", "same-site")],
            [SignedIn, FromThePage, ("Sec-Fetch-Site", "none")],
            [SignedIn, FromThePage, ("Origin", "https://elsewhere.example")],
            [SignedIn, FromThePage, ("Origin", "null")],
            [SignedIn, ("Sec-Fetch-Site", "same-origin")],
        })
        {
            using var answer = await SendAsync(method, $"/api/portal/v1{path}", headers);
            answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            (await CodeOfAsync(answer)).Should().Be("other-site");
        }
    }

    [Theory]
    [InlineData(FrontFixture.Key, HttpStatusCode.OK)]
    [InlineData("another-key", HttpStatusCode.Unauthorized)]
    public async Task Api_keyInTheAddress_isCheckedAsInTheHeader(string key, HttpStatusCode expected)
    {
        using var answer = await SendAsync("GET", $"/api/v1/me?code={key}", []);
        answer.StatusCode.Should().Be(expected);
    }

    [Fact]
    public async Task Portal_readByAnotherSitesPage_isRefused()
    {
        using var answer = await SendAsync("GET", "/api/portal/v1/me", [SignedIn, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]);
        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);

        using var followed = await SendAsync("GET", "/api/portal/v1/me", [SignedIn, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")]);
        followed.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Portal_ofSomebodySignedIn_knowsThem()
    {
        var principal = Convert.ToBase64String(Encoding.UTF8.GetBytes(
            """{"auth_typ":"aad","name_typ":"name","role_typ":"roles","claims":[{"typ":"other","val":"x"},{"typ":"name","val":"Ann Clerk"}]}"""));
        (await NameOfAsync(SignedIn)).Should().Be(Someone);
        (await NameOfAsync(("X-MS-CLIENT-PRINCIPAL", principal))).Should().Be("Ann Clerk");
        (await NameOfAsync(("X-MS-CLIENT-PRINCIPAL-ID", "an-id"))).Should().Be("an-id");
        using var nonsense = await SendAsync("GET", "/api/portal/v1/me", [("X-MS-CLIENT-PRINCIPAL", "nonsense!")]);
        nonsense.StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        async Task<string?> NameOfAsync((string, string) header)
        {
            using var answer = await SendAsync("GET", "/api/portal/v1/me", [header]);
            return (await PortalHarness.ReadAsync(answer, 200)).GetProperty("name").GetString();
        }
    }

    [Fact]
    public async Task Api_withAKey_isTheTmsAndNeedsNoHeaderOfThePage()
    {
        using var me = await SendAsync("GET", "/api/v1/me", [WithKey]);
        (await PortalHarness.ReadAsync(me, 200)).GetProperty("name").GetString().Should().Be("TMS");

        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(front.Address, "/api/v1/drop-box/045/HZ-PUT/pod/a%20b.jpg")) { Content = new ByteArrayContent(SamplePictures.Photo(1, 320, 240)) };
        request.Headers.Add(WithKey.Name, WithKey.Value);
        using var client = new HttpClient();
        using var dropped = await client.SendAsync(request, Cancellation);
        (await PortalHarness.ReadAsync(dropped, 201)).GetProperty("name").GetString().Should().Be("045/HZ-PUT/pod/a b.jpg");
        await front.App.UntilDropBoxIsEmptyAsync();
        front.App.Network.Received.Should().Contain(received => received.Consignment == "HZ-PUT");
    }

    [Theory]
    [InlineData("/SendDocument")]
    [InlineData("/api/SendDocument")]
    [InlineData("/api/../SendDocument")]
    [InlineData("/api/v1/../../SendDocument")]
    [InlineData("/api/portal/../../SendDocument")]
    [InlineData("/api/portal/%2e%2e/%2e%2e/SendDocument")]
    [InlineData("/api/portal/%252e%252e/%252e%252e/SendDocument")]
    [InlineData("/api/portal/..%2f..%2fSendDocument")]
    [InlineData("/api/portal/..%5c..%5cSendDocument")]
    [InlineData("/api/portal/..\\..\\SendDocument")]
    [InlineData("/api/portal//../../SendDocument")]
    [InlineData("//SendDocument")]
    [InlineData("/api/portal/SendDocument")]
    [InlineData("/api/portal/v1/SendDocument")]
    [InlineData("http://127.0.0.1/SendDocument")]
    [InlineData("http://127.0.0.1/api/portal/../../SendDocument")]
    public async Task Trigger_fromOutside_isNotReachedByAnyPath(string target)
    {
        var before = front.App.Network.Requests.Total;
        foreach (var function in new[] { "SendDocument", "FetchDocuments", "SweepOutbound", "CountDay", "PurgeRows" })
        {
            var (status, _) = await PostRawAsync(front.Address.Port, target.Replace("SendDocument", function, StringComparison.Ordinal), front.Address.Authority, "{}");
            status.Should().BeOneOf(400, 401, 403, 404, 405);
        }

        front.App.Network.Requests.Total.Should().Be(before, "nothing was fetched");
    }

    [Theory]
    [InlineData("/api/portal/..%5cv1/status")]
    [InlineData("/api/portal/..\\v1/status")]
    [InlineData("/api/portal/%2e%2e%5cv1/status")]
    [InlineData("/api/portal/%252e%252e/v1/me")]
    [InlineData("/api/portal/.%252e/v1/me")]
    [InlineData("/api/portal/v1/%252e%252e/%252e%252e/v1/me")]
    [InlineData("/api/portal/.%E2%80%8E./v1/me")]
    [InlineData("/api/portal/%EF%BC%8E%EF%BC%8E/v1/me")]
    [InlineData("/api/portal/..%2fv1/status")]
    [InlineData("/api/portal/../v1/status")]
    [InlineData("/api/portal/%2e%2e/v1/status")]
    [InlineData("/api/portal%5c..%5cv1/status")]
    [InlineData("/api/health%5c..%5cv1/status")]
    [InlineData("/api/health/..%5cv1/status")]
    public async Task Api_byAnAddressThatAsksForNoKey_isNotReached(string target)
    {
        foreach (var headers in new[] { Array.Empty<string>(), [$"{SignedIn.Name}: {SignedIn.Value}"] })
        {
            var (status, text) = await RequestRawAsync(front.Address.Port, "GET", target, front.Address.Authority, "", headers);
            status.Should().BeOneOf(400, 401, 404);
            text.Should().NotContain("Content-Security-Policy", "the host answered, and the app was not asked");
        }
    }

    [Fact]
    public async Task Admin_withoutTheKey_isNotReached()
    {
        using var answer = await SendAsync("POST", "/admin/functions/FetchDocuments", []);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("GET", "/api/portal/v1/nonsense", 404, "not-found")]
    [InlineData("GET", "/api/v1", 404, "not-found")]
    [InlineData("POST", "/api/portal/v1/status", 405, "method-not-allowed")]
    [InlineData("DELETE", "/api/v1/attention/dismiss", 405, "method-not-allowed")]
    [InlineData("GET", "/api/v1/consignments", 400, "bad-request")]
    [InlineData("GET", "/api/v1/consignments/HZ1/documents?limit=0", 400, "bad-request")]
    [InlineData("GET", "/api/v1/consignments/HZ1/documents?next=x", 400, "bad-request")]
    [InlineData("GET", "/api/v1/consignments/HZ1/documents/nothing", 404, "not-found")]
    [InlineData("GET", "/api/v1/consignments/HZ1/documents/nothing/pages/0", 404, "not-found")]
    [InlineData("GET", "/api/v1/changes?since=yesterday", 400, "bad-request")]
    [InlineData("GET", "/api/v1/attention?depot=45", 400, "bad-request")]
    [InlineData("POST", "/api/v1/attention/dismiss", 411, "length-required")]
    [InlineData("PUT", "/api/v1/drop-box/045/HZ1/pod/a.jpg", 411, "length-required")]
    [InlineData("PUT", "/api/v1/drop-box/999/HZ1/pod/a.jpg", 400, "bad-request")]
    [InlineData("PUT", "/api/v1/drop-box/045/HZ1/nonsense/a.jpg", 400, "bad-request")]
    public async Task Request_thatDoesNotFit_isAProblem(string method, string path, int status, string code)
    {
        using var answer = await SendAsync(method, path, path.StartsWith("/api/portal", StringComparison.Ordinal) ? [SignedIn, FromThePage] : [WithKey]);
        ((int)answer.StatusCode).Should().Be(status);
        (await CodeOfAsync(answer)).Should().Be(code);
    }

    [Theory]
    [InlineData("POST", "/api/v1/attention/dismiss")]
    [InlineData("PUT", "/api/v1/drop-box/045/HZ1/pod/a.jpg")]
    public async Task Request_whoseBodyTheHostDrops_is411(string method, string path)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(front.Address, path)) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add(WithKey.Name, WithKey.Value);
        using var answer = await client.SendAsync(request, Cancellation);
        ((int)answer.StatusCode).Should().Be(411);
        (await CodeOfAsync(answer)).Should().Be("length-required");
    }

    [Fact]
    public async Task Request_forATypeThatIsNotMade_is406()
    {
        using var answer = await SendAsync("GET", "/api/v1/status", [WithKey, ("Accept", "text/html, application/xml;q=0.9")]);
        answer.StatusCode.Should().Be(HttpStatusCode.NotAcceptable);
        (await CodeOfAsync(answer)).Should().Be("not-acceptable");
        using var any = await SendAsync("GET", "/api/v1/status", [WithKey, ("Accept", "text/html, */*;q=0.1")]);
        any.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Page_andItsFiles_comeWithAPolicyThatRunsNothingElse()
    {
        using var page = await SendAsync("GET", "/api/portal/", [SignedIn]);
        page.StatusCode.Should().Be(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        policy.Should().Contain("default-src 'none'").And.Contain("script-src 'self'").And.Contain("frame-ancestors 'none'")
            .And.NotContain("unsafe").And.NotContain("data:");
        page.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        var html = await page.Content.ReadAsStringAsync(Cancellation);
        html.Should().NotContain("style=").And.NotContain("<style").And.NotContain(" onclick");

        using var again = await SendAsync("GET", "/api/portal/", [SignedIn, ("If-None-Match", page.Headers.ETag!.ToString())]);
        again.StatusCode.Should().Be(HttpStatusCode.NotModified);

        using var script = await SendAsync("GET", "/api/portal/portal.js", [SignedIn]);
        script.Content.Headers.ContentType!.MediaType.Should().Be("text/javascript");
        using var redirect = await SendAsync("GET", "/api/portal", [SignedIn]);
        redirect.Headers.Location!.OriginalString.Should().Be("/api/portal/");
        using var stranger = await SendAsync("GET", "/api/portal/", []);
        stranger.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/api/portal/../host.json")]
    [InlineData("/api/portal/%2e%2e/host.json")]
    [InlineData("/api/portal/..%2fhost.json")]
    [InlineData("/api/portal/host.json")]
    [InlineData("/api/portal/wwwroot/index.html")]
    public async Task Page_aFileThatIsNotItsOwn_isNotThere(string target)
    {
        var (status, _) = await RequestRawAsync(front.Address.Port, "GET", target, front.Address.Authority, "", $"{SignedIn.Name}: {SignedIn.Value}");
        status.Should().Be(404);
    }

    [Fact]
    public async Task Portal_appServiceAuthenticationSwitchedOff_letsNobodyIn()
    {
        await using var app = await HostedApp.StartAsync(("Portal__Authentication", "AppService"));
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Host.Address, "/api/portal/v1/me"));
        request.Headers.Add(SignedIn.Name, SignedIn.Value);
        using var answer = await client.SendAsync(request, Cancellation);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized, "the header is anybody's to send");
    }

    [Fact]
    public async Task Portal_withoutAuthentication_isForThisMachineAlone()
    {
        await using var app = await HostedApp.StartAsync(("Portal__Authentication", "None"));
        (await RequestRawAsync(app.Host.Address.Port, "GET", "/api/portal/v1/me", "rebound.example", "")).Status.Should().Be(403);
        (await RequestRawAsync(app.Host.Address.Port, "GET", "/api/v1/me", "rebound.example", "")).Status.Should().Be(403);
        (await RequestRawAsync(app.Host.Address.Port, "GET", "/api/v1/me", $"127.0.0.1:{app.Host.Address.Port}", "")).Status.Should().Be(200);
        var (status, text) = await RequestRawAsync(app.Host.Address.Port, "GET", "/api/portal/v1/me", app.Host.Address.Authority, "");
        status.Should().Be(200);
        text.Should().Contain(Caller.Local.Name);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(front.Address, path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, Cancellation);
    }

    private static async Task<string?> CodeOfAsync(HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        problem.RootElement.GetProperty("status").GetInt32().Should().Be((int)answer.StatusCode);
        return problem.RootElement.GetProperty("code").GetString();
    }

    private static Task<(int Status, string Text)> PostRawAsync(int port, string target, string host, string body) =>
        RequestRawAsync(port, "POST", target, host, body, "Content-Type: application/json", $"x-functions-key: {FrontFixture.Key}", $"{SignedIn.Name}: {SignedIn.Value}", "X-Portal: 1");

    /// <summary>The target as it is written: a client of HTTP would make it another one.</summary>
    private static async Task<(int Status, string Text)> RequestRawAsync(int port, string method, string target, string host, string body, params string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await using var stream = client.GetStream();
        var content = Encoding.UTF8.GetBytes(body);
        var head = string.Join("\r\n", [$"{method} {target} HTTP/1.1", $"Host: {host}", $"Content-Length: {content.Length}", "Connection: close", .. headers, "", ""]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Cancellation);
        await stream.WriteAsync(content, Cancellation);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(Cancellation);
        return (int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), provider: System.Globalization.CultureInfo.InvariantCulture), answer);
    }
}
