using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>One worker and the conversation with it, from its start to its end.</summary>
internal sealed class Worker(FunctionApp app, Action<RpcLog> log)
{
    // The host's own figure.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> questions = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IWorkerProcess> process = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = Guid.NewGuid().ToString();

    public int? ProcessId => process.Task.IsCompletedSuccessfully ? process.Task.Result.ProcessId : null;

    public Task<int> Ended => field ??= EndAsync();

    /// <summary>Whether the host itself ended it, which is no crash.</summary>
    public bool EndedByHost { get; set; }

    /// <summary>Where it takes HTTP requests.</summary>
    public string HttpUri { get; private set; } = "";

    public async Task StartAsync(Func<WorkerStart, CancellationToken, Task<IWorkerProcess>> launch, WorkerStart start, CancellationToken cancellationToken) =>
        process.SetResult(await launch(start, cancellationToken));

    /// <summary>Carries messages both ways until the worker ends.</summary>
    public async Task TalkAsync(IAsyncStreamReader<StreamingMessage> heard, IServerStreamWriter<StreamingMessage> said, CancellationToken cancellationToken)
    {
        connected.TrySetResult();
        var saying = SayAsync();
        try
        {
            while (await heard.MoveNext(cancellationToken))
            {
                if (heard.Current.ContentCase == StreamingMessage.ContentOneofCase.RpcLog)
                {
                    log(heard.Current.RpcLog);
                }
                else if (questions.TryRemove(heard.Current.RequestId, out var question))
                {
                    question.SetResult(heard.Current);
                }
            }
        }
        finally
        {
            outgoing.Writer.TryComplete();
        }

        await saying;

        async Task SayAsync()
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await said.WriteAsync(message, cancellationToken);
            }
        }
    }

    /// <param name="known">The functions of an earlier worker; null asks this one for its own.</param>
    /// <returns>The functions, which it is ready to run.</returns>
    /// <exception cref="IOException">The worker ended.</exception>
    public async Task<IReadOnlyList<RpcFunctionMetadata>> LoadAsync(IReadOnlyList<RpcFunctionMetadata>? known)
    {
        await UnlessItEndsAsync(connected.Task);
        var init = (await AskAsync(new StreamingMessage
        {
            WorkerInitRequest = new WorkerInitRequest { HostVersion = Invoker.HostVersion, WorkerDirectory = app.Folder, FunctionAppDirectory = app.Folder },
        })).WorkerInitResponse;
        Check(init.Result, "its start");
        HttpUri = init.Capabilities.GetValueOrDefault("HttpUri", "");

        if (known is null)
        {
            var metadata = (await AskAsync(new StreamingMessage
            {
                FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = app.Folder },
            })).FunctionMetadataResponse;
            Check(metadata.Result, "listing its functions");
            known = metadata.FunctionMetadataResults;
        }

        await Task.WhenAll(known.Select(async function => Check(
            (await AskAsync(new StreamingMessage
            {
                FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function },
            })).FunctionLoadResponse.Result,
            $"loading {function.Name}")));
        return known;
    }

    /// <param name="cancellationToken">Passed on to the function, whose end is awaited all the same.</param>
    /// <returns>Why it failed; null when it succeeded.</returns>
    /// <exception cref="IOException">The worker ended.</exception>
    public async Task<string?> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var answer = AskAsync(new StreamingMessage { InvocationRequest = request });
        await using var cancellation = cancellationToken.Register(() => outgoing.Writer.TryWrite(new StreamingMessage
        {
            InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId },
        }));
        return Failure((await answer).InvocationResponse.Result);
    }

    public async Task KillAsync() => (await process.Task).Kill();

    /// <summary>Ends it as the host does: what is in flight has a while to end, and the worker a little more.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        await Task.WhenAny(Task.WhenAll(questions.Values.Select(question => question.Task)), Ended, Task.Delay(drain, TimeProvider.System));
        outgoing.Writer.TryWrite(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(Grace) } });
        await Task.WhenAny(Ended, Task.Delay(Grace, TimeProvider.System));
        await KillAsync();
        await Ended;
    }

    private async Task<StreamingMessage> AskAsync(StreamingMessage question)
    {
        question.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        questions[question.RequestId] = answer;
        outgoing.Writer.TryWrite(question);
        await UnlessItEndsAsync(answer.Task);
        return await answer.Task;
    }

    private async Task UnlessItEndsAsync(Task waitedFor)
    {
        await Task.WhenAny(waitedFor, Ended);
        if (!waitedFor.IsCompleted)
        {
            throw new IOException("the worker ended");
        }
    }

    private async Task<int> EndAsync() => await (await process.Task).Ended;

    private static void Check(StatusResult result, string what)
    {
        if (Failure(result) is { } failure)
        {
            throw new LocalHostException($"The worker failed at {what}: {failure}");
        }
    }

    private static string? Failure(StatusResult result) =>
        result.Status == StatusResult.Types.Status.Success ? null : result.Exception?.Message ?? result.Status.ToString();
}
