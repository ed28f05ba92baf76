using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Hazchem.Functions.Tests.Support;

/// <summary>Counts the operations that the app asks of storage; the SDK's retries are not the app's.</summary>
internal sealed class CountingPolicy : HttpPipelineSynchronousPolicy
{
    public ConcurrentQueue<string> Operations { get; } = new();

    /// <summary>Run before each operation, to break things there.</summary>
    public Action<Request>? Before { get; set; }

    public override void OnSendingRequest(HttpMessage message)
    {
        Operations.Enqueue($"{message.Request.Method} {message.Request.Uri.Path}");
        Before?.Invoke(message.Request);
    }
}
