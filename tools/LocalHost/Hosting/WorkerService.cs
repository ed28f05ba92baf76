using Grpc.Core;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>Where workers connect.</summary>
internal sealed class WorkerService(WorkerSupervisor supervisor) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        if (await requestStream.MoveNext(context.CancellationToken)
            && supervisor.Find(requestStream.Current.StartStream?.WorkerId) is { } worker)
        {
            await worker.TalkAsync(requestStream, responseStream, context.CancellationToken);
        }
    }
}
