using System.Collections.Concurrent;

namespace Hazchem.Functions.Tests.Support;

/// <summary>Counts what the app asks of Hazchem, its retries too.</summary>
internal sealed class HazchemCalls : DelegatingHandler
{
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers in Hazchem's place, with what the simulator never says; null lets the request through.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Instead { get; set; }

    /// <summary>Run before each request, to break things there: where it throws, nothing reaches Hazchem.</summary>
    public Action<HttpRequestMessage>? Before { get; set; }

    /// <summary>Run when the answer has come: where it throws, Hazchem did what it was asked and its answer is lost.</summary>
    public Action<HttpRequestMessage, HttpResponseMessage>? After { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
        Before?.Invoke(request);
        if (Instead?.Invoke(request) is { } made)
        {
            return made;
        }

        var answer = await base.SendAsync(request, cancellationToken);
        try
        {
            After?.Invoke(request, answer);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }
}
