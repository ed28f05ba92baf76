using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;
using Hazchem.LocalHost;
using Hazchem.LocalHost.Hosting;
using Hazchem.LocalHost.Hosting.Rpc;
using Microsoft.AspNetCore.Http;

namespace Hazchem.Functions.Tests.LocalHost;

public sealed class FunctionsHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blob_dropped_tells_the_worker_its_name_and_where_it_is()
    {
        const string Name = "045/HZ0012345678/cop/délivery note (1) & 2%.tif";
        await using var test = await HostUnderTest.StartAsync();

        await test.Container.GetBlobClient(Name).UploadAsync(BinaryData.FromString("content"), Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded);

        var request = test.Invocations.Should().ContainSingle().Which;
        request.FunctionId.Should().Be("id-of-SendDocument");
        request.TraceContext.TraceParent.Should().MatchRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$");
        request.TriggerMetadata["name"].String.Should().Be(Name);
        request.TriggerMetadata["BlobTrigger"].String.Should().Be($"{FakeApp.Container}/{Name}");
        request.TriggerMetadata["Uri"].Json.Should().Be(
            $"\"{test.Account.BlobEndpoint}/{FakeApp.Container}/045/HZ0012345678/cop/d%C3%A9livery%20note%20%281%29%20%26%202%25.tif\"");
        var document = request.InputData.Should().ContainSingle(input => input.Name == "document").Which.Data.ModelBindingData;
        (document.Version, document.Source, document.ContentType).Should().Be(("1.0", "AzureStorageBlobs", "application/json"));
        var reference = JsonSerializer.Deserialize<Dictionary<string, string>>(document.Content.Span);
        reference.Should().Equal(new Dictionary<string, string>
        {
            ["Connection"] = "TestDocuments",
            ["ContainerName"] = FakeApp.Container,
            ["BlobName"] = Name,
        });
    }

    [Fact]
    public async Task Blob_for_a_binding_that_does_not_defer_comes_with_its_content()
    {
        await using var test = await HostUnderTest.StartAsync(new FakeApp { DefersBlobs = false });

        await test.Container.GetBlobClient("file").UploadAsync(BinaryData.FromString("content"), Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded);

        test.Invocations.Single().InputData.Single().Data.Bytes.ToStringUtf8().Should().Be("content");
    }

    [Fact]
    public async Task Blob_handled_is_delivered_again_only_when_it_is_overwritten()
    {
        await using var test = await HostUnderTest.StartAsync();

        await test.Container.GetBlobClient("one").UploadAsync(BinaryData.FromString("first"), Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded);
        await test.Container.GetBlobClient("two").UploadAsync(BinaryData.FromString("later listings see both"), Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded);
        await test.Container.GetBlobClient("one").UploadAsync(BinaryData.FromString("second"), overwrite: true, Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded);

        test.Invocations.Select(request => request.TriggerMetadata["name"].String).Should().Equal("one", "two", "one");
    }

    [Fact]
    public async Task Blob_that_keeps_failing_is_redelivered_and_named_in_the_poison_queue()
    {
        await using var test = await HostUnderTest.StartAsync(new FakeApp { RunAsync = (_, _) => throw new InvalidOperationException("no") });

        var uploaded = await test.Container.GetBlobClient("045/HZ0099999999/pod/bad.jpg").UploadAsync(BinaryData.FromString("bad"), Token);
        (await test.HappensAsync(HostEventKind.InvocationFailed)).Message.Should().Be("no");
        await test.HappensAsync(HostEventKind.Poisoned);

        test.Invocations.Should().HaveCount(3);
        test.Invocations.Select(request => request.InvocationId).Should().OnlyHaveUniqueItems();
        var queue = new QueueClient(test.Account.ConnectionString, "webjobs-blobtrigger-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var message = (await queue.ReceiveMessagesAsync(cancellationToken: Token)).Value.Should().ContainSingle().Which;
        message.Body.ToString().Should().Be(
            $$"""
            {
              "Type": "BlobTrigger",
              "FunctionId": "Host.Functions.SendDocument",
              "BlobType": "BlockBlob",
              "ContainerName": "{{FakeApp.Container}}",
              "BlobName": "045/HZ0099999999/pod/bad.jpg",
              "ETag": "{{uploaded.Value.ETag.ToString("H").Replace("\"", "\\\"", StringComparison.Ordinal)}}"
            }
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Timer_run_now_gets_its_schedule()
    {
        await using var test = await HostUnderTest.StartAsync();

        (await test.Host.RunAsync("FetchDocuments", cancellationToken: Token)).Error.Should().BeNull();

        using var json = JsonDocument.Parse(test.Invocations.Single().InputData.Single(input => input.Name == "timer").Data.Json);
        var status = json.RootElement.GetProperty("ScheduleStatus");
        status.GetProperty("Last").GetString().Should().Be("0001-01-01T00:00:00+00:00");
        status.GetProperty("Next").GetDateTimeOffset().Month.Should().Be(1);
        json.RootElement.GetProperty("IsPastDue").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task Timer_that_is_due_runs_by_itself()
    {
        await using var test = await HostUnderTest.StartAsync(new FakeApp { Schedule = "* * * * * *" });

        await test.HappensAsync(HostEventKind.InvocationSucceeded);

        test.Invocations.First().FunctionId.Should().Be("id-of-FetchDocuments");
    }

    [Fact]
    public async Task Timer_never_runs_twice_at_once()
    {
        var running = 0;
        var most = 0;
        await using var test = await HostUnderTest.StartAsync(new FakeApp
        {
            RunAsync = async (_, cancelled) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancelled);
                Interlocked.Decrement(ref running);
            },
        });

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => test.Host.RunAsync("FetchDocuments", cancellationToken: Token)));

        most.Should().Be(1);
    }

    [Fact]
    public async Task Function_that_never_ends_times_out_and_its_worker_is_replaced()
    {
        await using var test = await HostUnderTest.StartAsync(new FakeApp { RunAsync = (_, _) => Task.Delay(Timeout.Infinite, Token) }, WithShortTimeout);

        var outcome = await test.Host.RunAsync("FetchDocuments", cancellationToken: Token);
        await test.HappensAsync(HostEventKind.WorkerKilled);
        await test.HappensAsync(HostEventKind.WorkerReady);

        outcome.Error.Should().StartWith("ran into functionTimeout");
        test.Workers.Should().HaveCount(2);
    }

    [Fact]
    public async Task Function_that_heeds_its_cancellation_times_out_and_keeps_its_worker()
    {
        await using var test = await HostUnderTest.StartAsync(
            new FakeApp { RunAsync = (_, cancelled) => Task.Delay(Timeout.Infinite, cancelled) },
            options => WithShortTimeout(options) with { KillDelay = TimeSpan.FromSeconds(30) });

        for (var run = 0; run < 2; run++)
        {
            (await test.Host.RunAsync("FetchDocuments", cancellationToken: Token)).Error.Should().StartWith("ran into functionTimeout");
        }

        test.Workers.Should().ContainSingle();
    }

    [Fact]
    public async Task Worker_killed_by_the_host_takes_its_invocations_with_it_and_is_started_again_every_time()
    {
        var first = true;
        var started = new SemaphoreSlim(0);
        await using var test = await HostUnderTest.StartAsync(new FakeApp
        {
            RunAsync = async (_, cancelled) =>
            {
                if (first)
                {
                    first = false;
                    started.Release();
                    await Task.Delay(Timeout.Infinite, cancelled);
                }
            },
        });
        await test.Container.GetBlobClient("file").UploadAsync(BinaryData.FromString("content"), Token);
        await started.WaitAsync(Token);

        test.Host.KillWorker();

        (await test.HappensAsync(HostEventKind.InvocationFailed)).Message.Should().Be("the worker ended");
        await test.HappensAsync(HostEventKind.InvocationSucceeded);
        for (var kills = 0; kills < 4; kills++)
        {
            test.Host.KillWorker();
            await test.HappensAsync(HostEventKind.WorkerReady);
        }

        test.Invocations.Should().HaveCount(2);
        (await test.Host.RunAsync("FetchDocuments", cancellationToken: Token)).Succeeded.Should().BeTrue();
        test.Host.GaveUp.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Worker_that_crashes_is_started_twice_again_and_the_third_crash_ends_the_host()
    {
        await using var test = await HostUnderTest.StartAsync();
        await test.HappensAsync(HostEventKind.WorkerReady);

        foreach (var exitCode in new[] { 1, 139 })
        {
            test.Workers.Last().End(exitCode);
            await test.HappensAsync(HostEventKind.WorkerReady);
        }

        test.Workers.Last().End(1);

        (await test.Host.GaveUp.WaitAsync(Token)).Should().Contain("3 times");
        test.Workers.Should().HaveCount(3);
    }

    [Fact]
    public async Task Worker_that_ends_with_200_is_started_again_without_counting()
    {
        await using var test = await HostUnderTest.StartAsync();
        await test.HappensAsync(HostEventKind.WorkerReady);

        for (var ends = 0; ends < 4; ends++)
        {
            test.Workers.Last().End(200);
            await test.HappensAsync(HostEventKind.WorkerReady);
        }

        test.Host.GaveUp.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Worker_that_ends_with_0_is_not_started_again()
    {
        await using var test = await HostUnderTest.StartAsync();

        test.Workers.Last().End(0);

        (await test.Host.GaveUp.WaitAsync(Token)).Should().Contain("as if it were done");
        test.Workers.Should().ContainSingle();
    }

    [Fact]
    public async Task Worker_that_ends_before_it_is_ready_ends_the_start()
    {
        var starting = () => HostUnderTest.StartAsync(with: options => options with
        {
            Launch = async (start, cancellationToken) =>
            {
                var worker = await options.Launch(start, cancellationToken);
                ((FakeWorker)worker).End(1);
                return worker;
            },
        });

        (await starting.Should().ThrowAsync<LocalHostException>()).WithMessage("The worker ended with exit code 1*");
    }

    [Fact]
    public async Task Worker_logs_are_told_unless_its_framework_only_informs()
    {
        await using var test = await HostUnderTest.StartAsync();

        test.Workers.Single().Say(new RpcLog { Message = "the framework's", Level = RpcLog.Types.Level.Information, LogCategory = RpcLog.Types.RpcLogCategory.System });
        test.Workers.Single().Say(new RpcLog { Message = "two documents", Level = RpcLog.Types.Level.Information });
        test.Workers.Single().Say(new RpcLog { Message = "it failed", Level = RpcLog.Types.Level.Error, Exception = new RpcException { Message = "why" } });

        (await test.HappensAsync(HostEventKind.WorkerOutput)).Message.Should().Be("two documents");
        (await test.HappensAsync(HostEventKind.WorkerError)).Message.Should().Be("it failed why");
    }

    [Fact]
    public async Task Host_that_ends_cancels_what_is_in_flight_and_waits_for_it_before_it_ends_the_worker()
    {
        var cancelled = false;
        var test = await HostUnderTest.StartAsync(new FakeApp
        {
            RunAsync = async (_, cancellation) =>
            {
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancelled = true;
            },
        });
        await using var disposed = test;
        var run = test.Host.RunAsync("FetchDocuments", cancellationToken: Token);
        await test.Container.GetBlobClient("file").UploadAsync(BinaryData.FromString("content"), Token);
        await test.HappensAsync(HostEventKind.InvocationStarted);
        await test.HappensAsync(HostEventKind.InvocationStarted);
        cancelled.Should().BeFalse();

        await test.Host.DisposeAsync();

        await test.HappensAsync(HostEventKind.InvocationSucceeded);
        cancelled.Should().BeTrue();
        (await run).Error.Should().BeNull();
        test.Workers.Single().WasTerminated.Should().BeTrue();
        (await test.Workers.Single().Ended).Should().Be(0);
    }

    [Fact]
    public async Task Http_request_is_forwarded_and_its_answer_comes_back_raw()
    {
        Dictionary<string, string> headers = [];
        var target = "";
        var body = "";
        byte[] bytes = [0, 0xFF, 0x0D, 0x0A, 0x80];
        await using var test = await HostUnderTest.StartAsync(new FakeApp
        {
            AnswerAsync = async context =>
            {
                headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
                target = $"{context.Request.Path}{context.Request.QueryString}";
                body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
                context.Response.StatusCode = StatusCodes.Status302Found;
                context.Response.Headers.Location = "/api/portal/next";
                context.Response.Headers.Append("Set-Cookie", "a=1");
                context.Response.Headers.Append("Set-Cookie", "b=2");
                context.Response.ContentLength = bytes.Length;
                await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            },
        });
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(test.Host.Address, "/api/portal/a%20b/c?x=1&y=%2F"));
        request.Content = new StringContent("{\"a\":1}", Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("x-test", "1");
        request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.TryAddWithoutValidation("x-ms-invocation-id", "somebody else's");

        using var answer = await client.SendAsync(request, Token);

        answer.StatusCode.Should().Be(HttpStatusCode.Found);
        answer.Headers.Location.Should().Be("/api/portal/next");
        answer.Headers.GetValues("Set-Cookie").Should().Equal("a=1", "b=2");
        (await answer.Content.ReadAsByteArrayAsync(Token)).Should().Equal(bytes);
        target.Should().Be("/api/portal/a%20b/c?x=1&y=%2F");
        body.Should().Be("{\"a\":1}");
        var invocation = test.Invocations.Should().ContainSingle().Which;
        invocation.TraceContext.TraceParent.Should().Be("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        headers.Should().Contain("x-test", "1")
            .And.Contain("traceparent", invocation.TraceContext.TraceParent)
            .And.Contain("x-ms-invocation-id", invocation.InvocationId)
            .And.Contain("X-Forwarded-Host", test.Host.Address.Authority);
    }

    [Fact]
    public async Task Http_request_of_a_function_that_fails_is_answered_with_500()
    {
        await using var test = await HostUnderTest.StartAsync(new FakeApp { RunAsync = (_, _) => throw new InvalidOperationException("no") });
        using var client = Client();

        using var answer = await client.GetAsync(new Uri(test.Host.Address, "/api/portal/page"), Token);

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await test.HappensAsync(HostEventKind.InvocationFailed)).Message.Should().Be("no");
    }

    [Theory]
    [InlineData("/SendDocument")]
    [InlineData("/api/SendDocument")]
    [InlineData("/")]
    public async Task Http_request_outside_the_routes_never_reaches_the_worker(string path)
    {
        await using var test = await HostUnderTest.StartAsync();
        using var client = Client();

        using var answer = await client.PostAsync(new Uri(test.Host.Address, path), new StringContent("{}"), Token);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        test.Invocations.Should().BeEmpty();
    }

    [Fact]
    public async Task Http_function_asks_for_a_key_as_its_level_says()
    {
        await using var test = await HostUnderTest.StartAsync(with: options => options with { FunctionKey = "the-key" });
        using var client = Client();

        (await StatusAsync("/api/portal/page")).Should().Be(HttpStatusCode.OK);
        (await StatusAsync("/api/v1/me")).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync("/api/v1/me?code=another")).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync("/api/v1/me?code=the-key")).Should().Be(HttpStatusCode.OK);
        (await StatusAsync("/api/v1/me", "the-key")).Should().Be(HttpStatusCode.OK);
        test.Invocations.Should().HaveCount(3);

        async Task<HttpStatusCode> StatusAsync(string path, string? key = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(test.Host.Address, path));
            request.Headers.TryAddWithoutValidation("x-functions-key", key);
            using var answer = await client.SendAsync(request, Token);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Admin_runs_a_timer_and_a_blob_function_now()
    {
        await using var test = await HostUnderTest.StartAsync();
        using var client = Client();
        await test.Container.GetBlobClient("a/b c").UploadAsync(BinaryData.FromString("content"), Token);
        await test.HappensAsync(HostEventKind.InvocationSucceeded);

        using var timer = await PostAsync("FetchDocuments", "{}");
        await test.HappensAsync(HostEventKind.InvocationSucceeded);
        using var blob = await PostAsync("SendDocument", JsonSerializer.Serialize(new { input = $"{FakeApp.Container}/a/b c" }));
        await test.HappensAsync(HostEventKind.InvocationSucceeded);
        using var missing = await PostAsync("SendDocument", JsonSerializer.Serialize(new { input = $"{FakeApp.Container}/absent" }));
        var failed = await test.HappensAsync(HostEventKind.InvocationFailed);
        using var unnamed = await PostAsync("SendDocument", "{}");
        using var unknown = await PostAsync("Nothing", "{}");
        using var malformed = await PostAsync("FetchDocuments", "{");

        new[] { timer, blob, missing, unnamed, unknown, malformed }.Select(answer => (int)answer.StatusCode).Should().Equal(202, 202, 202, 400, 404, 400);
        failed.Message.Should().Contain("there is no blob");
        test.Invocations.Select(request => request.FunctionId).Should().Equal("id-of-SendDocument", "id-of-FetchDocuments", "id-of-SendDocument");

        Task<HttpResponseMessage> PostAsync(string function, string body) =>
            client.PostAsync(new Uri(test.Host.Address, $"/admin/functions/{function}"), new StringContent(body), Token);
    }

    [Fact]
    public async Task Host_on_a_taken_port_says_so_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var starting = () => HostUnderTest.StartAsync(with: options => options with { Port = port });

        (await starting.Should().ThrowAsync<LocalHostException>()).WithMessage($"Port {port} is taken*");
    }

    [Fact]
    public async Task App_folder_without_host_json_is_refused()
    {
        var starting = () => FunctionsHost.StartAsync(new FunctionsHostOptions { AppFolder = Path.GetTempPath() }, Token);

        (await starting.Should().ThrowAsync<LocalHostException>()).WithMessage("*has no host.json*");
    }

    private static FunctionsHostOptions WithShortTimeout(FunctionsHostOptions options) => options with
    {
        Settings = new Dictionary<string, string>(options.Settings) { ["AzureFunctionsJobHost__functionTimeout"] = "00:00:01" },
    };

    private static HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
}
