using System.Text.Json;
using Hazchem.LocalHost.Hosting.Rpc;
using Microsoft.AspNetCore.Http;

namespace Hazchem.Functions.Tests.LocalHost;

/// <summary>What a <see cref="FakeWorker"/> has in it: a function of each kind.</summary>
internal sealed record FakeApp
{
    private static readonly string[] Methods = ["get"];

    /// <summary>The container of the blob trigger.</summary>
    public const string Container = "drop";

    /// <summary>Runs each invocation; what it throws fails it.</summary>
    public Func<InvocationRequest, CancellationToken, Task> RunAsync { get; init; } = (_, _) => Task.CompletedTask;

    public Func<HttpContext, Task> AnswerAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Never, unless told.</summary>
    public string Schedule { get; init; } = "0 0 0 1 1 *";

    public bool DefersBlobs { get; init; } = true;

    public IEnumerable<RpcFunctionMetadata> Functions =>
    [
        Function("SendDocument", new
        {
            name = "document",
            type = "blobTrigger",
            direction = "In",
            path = $"{Container}/{{name}}",
            connection = "TestDocuments",
            properties = DefersBlobs ? new Dictionary<string, string> { ["supportsDeferredBinding"] = "True" } : [],
        }),
        Function("FetchDocuments", new { name = "timer", type = "timerTrigger", direction = "In", schedule = Schedule }),
        Function("Portal", new { name = "request", type = "httpTrigger", direction = "In", authLevel = "Anonymous", route = "portal/{*path}" }),
        Function("Api", new { name = "request", type = "httpTrigger", direction = "In", authLevel = "Function", methods = Methods, route = "v1/{*path}" }),
    ];

    private static RpcFunctionMetadata Function(string name, object binding) =>
        new() { Name = name, FunctionId = $"id-of-{name}", RawBindings = { JsonSerializer.Serialize(binding) } };
}
