using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;
using Hazchem.LocalHost.Hosting;
using Hazchem.LocalHost.Hosting.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.LocalHost;

/// <summary>A worker inside the test: it speaks the host's protocol and runs what the test says.</summary>
internal sealed class FakeWorker : IWorkerProcess
{
    public const int KilledExitCode = 137;

    private readonly FakeApp app;
    private readonly WebApplication web;
    private readonly GrpcChannel channel;
    private readonly AsyncDuplexStreamingCall<StreamingMessage, StreamingMessage> call;
    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> running = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> answered = new();
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakeWorker(FakeApp app, WebApplication web, Uri host)
    {
        this.app = app;
        this.web = web;
        channel = GrpcChannel.ForAddress(host);
        call = new FunctionRpc.FunctionRpcClient(channel).EventStream();
    }

    public int? ProcessId => null;

    public Task<int> Ended => ended.Task;

    /// <summary>Whether the host asked it to end.</summary>
    public bool WasTerminated { get; private set; }

    public static async Task<FakeWorker> StartAsync(WorkerStart start, FakeApp app, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        FakeWorker? worker = null;
        web.Run(context => worker!.AnswerAsync(context));
        await web.StartAsync(cancellationToken);
        worker = new FakeWorker(app, web, start.Host);
        worker.Say(new StreamingMessage { StartStream = new StartStream { WorkerId = start.WorkerId } });
        _ = worker.TalkAsync();
        return worker;
    }

    public void Kill() => End(KilledExitCode);

    /// <summary>Ends as a process does: its connections are gone, then it has an exit code.</summary>
    public void End(int exitCode) => _ = EndAsync(exitCode);

    public void Say(RpcLog log) => Say(new StreamingMessage { RpcLog = log });

    private async Task EndAsync(int exitCode)
    {
        call.Dispose();
        channel.Dispose();
        await web.StopAsync(new CancellationToken(canceled: true));
        await web.DisposeAsync();
        ended.TrySetResult(exitCode);
    }

    private async Task TalkAsync()
    {
        _ = SayAllAsync();
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                _ = HandleAsync(call.ResponseStream.Current);
            }
        }
        catch (Grpc.Core.RpcException)
        {
            // It has ended.
        }

        async Task SayAllAsync()
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync())
            {
                await call.RequestStream.WriteAsync(message);
            }
        }
    }

    private async Task HandleAsync(StreamingMessage message)
    {
        var succeeded = new StatusResult { Status = StatusResult.Types.Status.Success };
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.WorkerInitRequest:
                var address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
                Answer(new StreamingMessage { WorkerInitResponse = new WorkerInitResponse { Result = succeeded, Capabilities = { ["HttpUri"] = address } } });
                break;
            case StreamingMessage.ContentOneofCase.FunctionsMetadataRequest:
                Answer(new StreamingMessage { FunctionMetadataResponse = new FunctionMetadataResponse { Result = succeeded, FunctionMetadataResults = { app.Functions } } });
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadRequest:
                Answer(new StreamingMessage { FunctionLoadResponse = new FunctionLoadResponse { FunctionId = message.FunctionLoadRequest.FunctionId, Result = succeeded } });
                break;
            case StreamingMessage.ContentOneofCase.InvocationRequest:
                Answer(new StreamingMessage { InvocationResponse = await InvokeAsync(message.InvocationRequest) });
                break;
            case StreamingMessage.ContentOneofCase.InvocationCancel:
                await running[message.InvocationCancel.InvocationId].CancelAsync();
                break;
            case StreamingMessage.ContentOneofCase.WorkerTerminate:
                WasTerminated = true;
                End(0);
                break;
        }

        void Answer(StreamingMessage answer)
        {
            answer.RequestId = message.RequestId;
            Say(answer);
        }
    }

    private async Task<InvocationResponse> InvokeAsync(InvocationRequest request)
    {
        using var cancellation = running.GetOrAdd(request.InvocationId, _ => new CancellationTokenSource());
        var response = new InvocationResponse { InvocationId = request.InvocationId, Result = new StatusResult { Status = StatusResult.Types.Status.Success } };
        try
        {
            await app.RunAsync(request, cancellation.Token);
            if (request.InputData.Any(input => input.Data.Http is not null))
            {
                await Answered(request.InvocationId).Task;
            }
        }
        catch (Exception e)
        {
            response.Result = new StatusResult { Exception = new Hazchem.LocalHost.Hosting.Rpc.RpcException { Message = e.Message } };
        }

        running.TryRemove(request.InvocationId, out _);
        return response;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        await app.AnswerAsync(context);
        Answered(context.Request.Headers["x-ms-invocation-id"].ToString()).SetResult();
    }

    private TaskCompletionSource Answered(string invocationId) => answered.GetOrAdd(invocationId, _ => new TaskCompletionSource());

    private void Say(StreamingMessage message) => outgoing.Writer.TryWrite(message);
}
