namespace Hazchem.LocalHost.Hosting;

/// <summary>A worker is told to run functions before it listens for their requests, so the host tries again.</summary>
internal sealed class ForwardingRetry(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // The host's own figure.
    private const int Attempts = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && attempt < Attempts)
            {
                await Task.Delay(Interval, TimeProvider.System, cancellationToken);
            }
        }
    }
}
