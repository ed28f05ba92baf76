using System.Collections.Concurrent;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Hazchem.Functions.Tests.Support;

/// <summary>Counts the operations that the app asks of storage; the SDK's retries are not the app's.</summary>
internal sealed class CountingPolicy : HttpPipelineSynchronousPolicy
{
    public ConcurrentQueue<string> Operations { get; } = new();

    /// <summary>Run before each operation, to break things there: where it throws, the operation does not take place.</summary>
    public Action<Request>? Before { get; set; }

    /// <summary>Run after each operation: where it throws, the operation took place and the app does not hear of it.</summary>
    public Action<Request, Response>? After { get; set; }

    public override void OnSendingRequest(HttpMessage message)
    {
        Operations.Enqueue($"{message.Request.Method} {message.Request.Uri.Path}");
        Before?.Invoke(message.Request);
    }

    public override void OnReceivedResponse(HttpMessage message) => After?.Invoke(message.Request, message.Response);
}
