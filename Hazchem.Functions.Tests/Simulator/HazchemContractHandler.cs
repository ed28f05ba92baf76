using System.Collections.Concurrent;

namespace Hazchem.Functions.Tests.Simulator;

/// <summary>Stands in an <see cref="HttpClient"/> and holds what passes to the contract.</summary>
internal sealed class HazchemContractHandler(HazchemContract contract, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>What was wrong with the requests so far.</summary>
    public ConcurrentQueue<string> RequestProblems { get; } = new();

    /// <summary>What was wrong with the answers so far.</summary>
    public ConcurrentQueue<string> ResponseProblems { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = await ContractRequest.ReadAsync(request, cancellationToken);
        foreach (var problem in contract.ProblemsOf(sent))
        {
            RequestProblems.Enqueue(problem);
        }

        var response = await base.SendAsync(request, cancellationToken);
        foreach (var problem in contract.ProblemsOf(sent, await ContractResponse.ReadAsync(response, cancellationToken)))
        {
            ResponseProblems.Enqueue(problem);
        }

        return response;
    }
}
