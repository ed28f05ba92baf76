using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Hazchem.LocalHost;
using Hazchem.LocalHost.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hazchem.Functions.Tests.LocalHost;

public sealed class FunctionsHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blob_dropped_is_posted_as_the_real_host_posts_it()
    {
        const string Name = "045/HZ0012345678/cop/délivery note (1) & 2%.tif";
        await using var test = await StartAsync(Succeed);
        var container = await ContainerAsync(test);

        await container.GetBlobClient(Name).UploadAsync(
            BinaryData.FromString("content"),
            new BlobUploadOptions
            {
                HttpHeaders = new BlobHttpHeaders { ContentType = "image/tiff" },
                Metadata = new Dictionary<string, string> { ["capturedat"] = "2026-11-22T14:03:07Z" },
            },
            Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);

        var request = test.Requests.Should().ContainSingle().Which;
        request.Method.Should().Be("POST");
        request.Target.Should().Be("/SendDocument");
        request.Headers.Should().ContainKeys("traceparent", "X-Azure-Functions-InvocationId")
            .And.Contain("X-Azure-Functions-HostVersion", "4.1037.0.0")
            .And.Contain("User-Agent", "Azure-Functions-Host/4.1037.0.0")
            .And.Contain("Content-Type", "application/json; charset=utf-8")
            .And.Contain("Transfer-Encoding", "chunked")
            .And.NotContainKey("Content-Length");

        var document = request.Json.GetProperty("Data").GetProperty("document");
        document.GetProperty("Source").GetString().Should().Be("AzureStorageBlobs");
        document.GetProperty("Content").GetProperty("MediaType").GetString().Should().Be("application/json");

        var metadata = request.Json.GetProperty("Metadata");
        metadata.GetProperty("Uri").GetString().Should().Be(
            $"\"{test.Account.BlobEndpoint}/{HostUnderTest.Container}/045/HZ0012345678/cop/d%C3%A9livery%20note%20%281%29%20%26%202%25.tif\"");
        metadata.GetProperty("name").GetString().Should().Be($"\"{Name}\"");
        metadata.GetProperty("Metadata").GetProperty("capturedat").GetString().Should().Be("2026-11-22T14:03:07Z");
        metadata.GetProperty("sys").GetProperty("MethodName").GetString().Should().Be("SendDocument");
        var properties = metadata.GetProperty("Properties");
        properties.GetProperty("ContentLength").GetInt64().Should().Be(7);
        properties.GetProperty("ContentType").GetString().Should().Be("image/tiff");
        properties.GetProperty("ETag").EnumerateObject().Should().BeEmpty();
        properties.EnumerateObject().Should().HaveCount(46);
    }

    [Fact]
    public async Task Blob_handled_is_posted_again_only_when_it_is_overwritten()
    {
        await using var test = await StartAsync(Succeed);
        var container = await ContainerAsync(test);

        await container.GetBlobClient("one").UploadAsync(BinaryData.FromString("first"), Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);
        await container.GetBlobClient("two").UploadAsync(BinaryData.FromString("later listings see both"), Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);
        await container.GetBlobClient("one").UploadAsync(BinaryData.FromString("second"), overwrite: true, Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);

        test.Requests.Select(NameOf).Should().Equal("\"one\"", "\"two\"", "\"one\"");
    }

    [Fact]
    public async Task Blob_that_keeps_failing_is_redelivered_and_named_in_the_poison_queue()
    {
        await using var test = await HostUnderTest.StartAsync(Fail, Token);
        var container = await ContainerAsync(test);

        var uploaded = await container.GetBlobClient("045/HZ0099999999/pod/bad.jpg").UploadAsync(BinaryData.FromString("bad"), Token);
        await test.HappensAsync(HostEventKind.Poisoned, Token);

        test.Requests.Should().HaveCount(3);
        test.Requests.Select(request => request.Headers["X-Azure-Functions-InvocationId"]).Should().OnlyHaveUniqueItems();
        var queue = new QueueClient(test.Account.ConnectionString, "webjobs-blobtrigger-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var message = (await queue.ReceiveMessagesAsync(cancellationToken: Token)).Value.Should().ContainSingle().Which;
        message.Body.ToString().Should().Be(
            $$"""
            {
              "Type": "BlobTrigger",
              "FunctionId": "Host.Functions.SendDocument",
              "BlobType": "BlockBlob",
              "ContainerName": "{{HostUnderTest.Container}}",
              "BlobName": "045/HZ0099999999/pod/bad.jpg",
              "ETag": "{{uploaded.Value.ETag.ToString("H").Replace("\"", "\\\"", StringComparison.Ordinal)}}"
            }
            """.ReplaceLineEndings("\n"));

        static Task Fail(HttpContext context, CapturedRequest request)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return context.Response.WriteAsync("no");
        }
    }

    [Theory]
    [InlineData(200, "text")]
    [InlineData(200, "[]")]
    [InlineData(302, "{}")]
    [InlineData(404, "{}")]
    public async Task Answer_that_is_no_2xx_with_a_json_object_fails_the_invocation(int status, string body)
    {
        await using var test = await StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return context.Response.WriteAsync(body);
        });

        var outcome = await test.Host.RunAsync("FetchDocuments", cancellationToken: Token);

        outcome.Succeeded.Should().BeFalse();
    }

    [Fact]
    public async Task Timer_run_now_gets_its_schedule_and_its_logs_are_told()
    {
        await using var test = await StartAsync(
            (context, _) => context.Response.WriteAsync("""{"Outputs":{},"Logs":["two documents"],"ReturnValue":null}"""),
            telemetryMode: "ApplicationInsights");

        var outcome = await test.Host.RunAsync("FetchDocuments", cancellationToken: Token);

        outcome.Succeeded.Should().BeTrue();
        var request = test.Requests.Should().ContainSingle().Which;
        request.Headers.Should().NotContainKey("traceparent");
        var timer = request.Json.GetProperty("Data").GetProperty("timer");
        timer.GetProperty("ScheduleStatus").GetProperty("Last").GetString().Should().Be("0001-01-01T00:00:00+00:00");
        timer.GetProperty("ScheduleStatus").GetProperty("Next").GetDateTimeOffset().Month.Should().Be(1);
        timer.GetProperty("IsPastDue").GetBoolean().Should().BeFalse();
        test.TakeEvents().Should().Contain(happened => happened.Kind == HostEventKind.InvocationLog && happened.Message == "two documents");
    }

    [Fact]
    public async Task Timer_that_is_due_runs_by_itself()
    {
        await using var test = await StartAsync(Succeed, schedule: "* * * * * *");

        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);

        test.Requests.First().Target.Should().Be("/FetchDocuments");
    }

    [Fact]
    public async Task Timer_never_runs_twice_at_once()
    {
        var running = 0;
        var most = 0;
        await using var test = await StartAsync(async (context, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(TimeSpan.FromMilliseconds(50), context.RequestAborted);
            Interlocked.Decrement(ref running);
            await context.Response.WriteAsync("{}");
        });

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => test.Host.RunAsync("FetchDocuments", cancellationToken: Token)));

        most.Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Function_that_never_ends_or_answers_with_an_empty_body_times_out_and_its_handler_is_killed(bool emptyBody)
    {
        await using var test = await StartAsync(
            (context, _) => emptyBody ? Task.CompletedTask : Task.Delay(Timeout.Infinite, context.RequestAborted),
            functionTimeout: "00:00:01");

        var outcome = await test.Host.RunAsync("FetchDocuments", cancellationToken: Token);
        await test.HappensAsync(HostEventKind.HandlerKilled, Token);
        await test.HappensAsync(HostEventKind.HandlerReady, Token);

        outcome.Error.Should().StartWith("ran into functionTimeout");
        test.Handlers.Should().HaveCount(2);
    }

    [Fact]
    public async Task Handler_killed_by_the_host_takes_its_calls_with_it_and_is_started_again_every_time()
    {
        var first = true;
        var started = new SemaphoreSlim(0);
        await using var test = await StartAsync(async (context, _) =>
        {
            if (first)
            {
                first = false;
                started.Release();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            await context.Response.WriteAsync("{}");
        });
        var container = await ContainerAsync(test);
        await container.GetBlobClient("file").UploadAsync(BinaryData.FromString("content"), Token);
        await started.WaitAsync(Token);

        test.Host.KillHandler();

        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);
        for (var kills = 0; kills < 4; kills++)
        {
            test.Host.KillHandler();
            await test.HappensAsync(HostEventKind.HandlerReady, Token);
        }

        test.Requests.Should().HaveCount(2);
        (await test.Host.RunAsync("FetchDocuments", cancellationToken: Token)).Succeeded.Should().BeTrue();
        test.Host.GaveUp.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Handler_that_crashes_is_started_twice_again_and_the_third_crash_ends_the_host()
    {
        await using var test = await StartAsync(Succeed);

        test.Handlers.Last().End(1);
        await test.HappensAsync(HostEventKind.HandlerReady, Token);
        await test.HappensAsync(HostEventKind.HandlerReady, Token);
        test.Handlers.Last().End(139);
        await test.HappensAsync(HostEventKind.HandlerReady, Token);
        test.Handlers.Last().End(1);

        (await test.Host.GaveUp.WaitAsync(Token)).Should().Contain("3 times");
        test.Handlers.Should().HaveCount(3);
    }

    [Fact]
    public async Task Handler_that_ends_with_200_is_started_again_without_counting()
    {
        await using var test = await StartAsync(Succeed);
        await test.HappensAsync(HostEventKind.HandlerReady, Token);

        for (var ends = 0; ends < 4; ends++)
        {
            test.Handlers.Last().End(200);
            await test.HappensAsync(HostEventKind.HandlerReady, Token);
        }

        test.Host.GaveUp.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Handler_that_ends_with_0_is_not_started_again_and_its_calls_fail()
    {
        await using var test = await StartAsync(Succeed);

        test.Handlers.Last().End(0);
        await test.HappensAsync(HostEventKind.Trouble, Token);
        var outcome = await test.Host.RunAsync("FetchDocuments", cancellationToken: Token);

        outcome.Error.Should().StartWith("the handler did not answer");
        test.Handlers.Should().ContainSingle();
    }

    [Fact]
    public async Task Http_request_is_forwarded_and_its_answer_comes_back_raw()
    {
        await using var test = await StartAsync((context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = "/api/portal/next";
            context.Response.Headers.Append("Set-Cookie", "a=1");
            context.Response.Headers.Append("Set-Cookie", "b=2");
            return context.Response.WriteAsync("gone there");
        });
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(test.Host.Address, "/api/portal/a%20b/c?x=1&y=%2F"));
        request.Content = new StringContent("{\"a\":1}", Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "curl/7.88.1");
        request.Headers.TryAddWithoutValidation("x-test", "1");
        request.Headers.TryAddWithoutValidation("Connection", "x-dropped");
        request.Headers.TryAddWithoutValidation("x-dropped", "1");

        using var answer = await client.SendAsync(request, Token);

        answer.StatusCode.Should().Be(HttpStatusCode.Found);
        answer.Headers.Location.Should().Be("/api/portal/next");
        answer.Headers.GetValues("Set-Cookie").Should().Equal("a=1", "b=2");
        answer.Content.Headers.ContentLength.Should().Be(10);
        (await answer.Content.ReadAsStringAsync(Token)).Should().Be("gone there");
        var forwarded = test.Requests.Should().ContainSingle().Which;
        forwarded.Target.Should().Be("/api/portal/a b/c?x=1&y=%2F");
        forwarded.Body.Should().Be("{\"a\":1}");
        forwarded.Headers.Should().Contain("User-Agent", "curl/7.88.1 Azure-Functions-Host/4.1037.0.0")
            .And.Contain("Content-Length", "7")
            .And.Contain("x-test", "1")
            .And.Contain("Host", test.Host.Address.Authority)
            .And.ContainKeys("X-Azure-Functions-InvocationId", "X-Azure-Functions-HostVersion", "traceparent")
            .And.NotContainKey("x-dropped");
    }

    [Fact]
    public async Task Http_request_with_a_chunked_body_is_forwarded_without_it()
    {
        await using var test = await StartAsync(Succeed);
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(test.Host.Address, "/api/portal/upload"));
        request.Content = new StringContent("lost");
        request.Headers.TransferEncodingChunked = true;

        using var answer = await client.SendAsync(request, Token);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        test.Requests.Should().ContainSingle().Which.Body.Should().BeEmpty();
    }

    [Theory]
    [InlineData("/SendDocument")]
    [InlineData("/api/SendDocument")]
    [InlineData("/")]
    public async Task Http_request_outside_the_routes_never_reaches_the_handler(string path)
    {
        await using var test = await StartAsync(Succeed);
        using var client = Client();

        using var answer = await client.PostAsync(new Uri(test.Host.Address, path), new StringContent("{}"), Token);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        test.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Admin_runs_a_timer_and_a_blob_function_now()
    {
        await using var test = await StartAsync(Succeed);
        using var client = Client();
        var container = await ContainerAsync(test);
        await container.GetBlobClient("a/b c").UploadAsync(BinaryData.FromString("content"), Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);

        using var timer = await PostAsync("FetchDocuments", "{}");
        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);
        using var blob = await PostAsync("SendDocument", JsonSerializer.Serialize(new { input = $"{HostUnderTest.Container}/a/b c" }));
        await test.HappensAsync(HostEventKind.InvocationSucceeded, Token);
        using var missing = await PostAsync("SendDocument", JsonSerializer.Serialize(new { input = $"{HostUnderTest.Container}/absent" }));
        var failed = await test.HappensAsync(HostEventKind.InvocationFailed, Token);
        using var unnamed = await PostAsync("SendDocument", "{}");
        using var unknown = await PostAsync("Nothing", "{}");
        using var malformed = await PostAsync("FetchDocuments", "{");
        using var status = await client.GetAsync(new Uri(test.Host.Address, "/admin/host/status"), Token);

        new[] { timer, blob, missing, unnamed, unknown, malformed, status }.Select(answer => (int)answer.StatusCode)
            .Should().Equal(202, 202, 202, 400, 404, 400, 200);
        failed.Message.Should().Contain("there is no blob");
        test.Requests.Select(request => request.Target).Should().Equal("/SendDocument", "/FetchDocuments", "/SendDocument");
        (await status.Content.ReadAsStringAsync(Token)).Should().Contain("\"Running\"");

        Task<HttpResponseMessage> PostAsync(string function, string body) =>
            client.PostAsync(
                new Uri(test.Host.Address, $"/admin/functions/{function}"),
                new StringContent(body, Encoding.UTF8, "application/json"),
                Token);
    }

    [Fact]
    public async Task Host_on_a_taken_port_says_so_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var other = await StartAsync(Succeed);

        var starting = () => FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppFolder = other.Host.App.Folder,
                Port = port,
                Settings = new Dictionary<string, string> { ["TestDocuments"] = other.Account.ConnectionString },
            },
            Token);

        (await starting.Should().ThrowAsync<LocalHostException>()).WithMessage($"Port {port} is taken*");
    }

    [Fact]
    public async Task App_folder_without_host_json_is_refused()
    {
        var starting = () => FunctionsHost.StartAsync(new FunctionsHostOptions { AppFolder = Path.GetTempPath() }, Token);

        (await starting.Should().ThrowAsync<LocalHostException>()).WithMessage("*has no host.json*");
    }

    private static Task Succeed(HttpContext context, CapturedRequest request) => context.Response.WriteAsync("{}");

    private static string? NameOf(CapturedRequest request) =>
        request.Json.GetProperty("Metadata").GetProperty("name").GetString();

    private static HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    private static Task<HostUnderTest> StartAsync(
        Func<HttpContext, CapturedRequest, Task> answer,
        string functionTimeout = "00:05:00",
        string telemetryMode = "OpenTelemetry",
        string schedule = "0 0 0 1 1 *") =>
        HostUnderTest.StartAsync(
            answer,
            Token,
            functionTimeout: functionTimeout,
            telemetryMode: telemetryMode,
            schedule: schedule);

    private static async Task<BlobContainerClient> ContainerAsync(HostUnderTest test)
    {
        var container = new BlobContainerClient(test.Account.ConnectionString, HostUnderTest.Container);
        await container.CreateAsync(cancellationToken: Token);
        return container;
    }
}
