using System.Text.Json;

namespace Hazchem.LocalHost.Hosting;

/// <summary>Posts invocations to the handler and judges its answers as the host does.</summary>
internal sealed class Invoker(
    FunctionApp app,
    FunctionsHostOptions options,
    HandlerSupervisor supervisor,
    HttpClient client)
{
    public const string HostVersion = "4.1037.0.0";
    public const string UserAgent = $"Azure-Functions-Host/{HostVersion}";
    private const int ShownOfAnAnswer = 500;

    public async Task<InvocationOutcome> InvokeAsync(
        FunctionDefinition function,
        string? subject,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        var handler = await supervisor.ReadyAsync(cancellationToken);
        Tell(HostEventKind.InvocationStarted, "started");

        using var timeout = new CancellationTokenSource(app.FunctionTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        string? error;
        try
        {
            error = await PostAsync();
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            error = $"ran into functionTimeout ({app.FunctionTimeout})";
            _ = KillLaterAsync(handler, function);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            error = $"the handler did not answer: {e.Message}";
        }

        Tell(error is null ? HostEventKind.InvocationSucceeded : HostEventKind.InvocationFailed, error ?? "succeeded");
        return new InvocationOutcome(id, error);

        async Task<string?> PostAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{supervisor.Port}/{function.Name}");
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-8");
            request.Headers.TransferEncodingChunked = true;
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
            AddHostHeaders(request, id);

            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var text = await answer.Content.ReadAsStringAsync(either.Token);
            if (!answer.IsSuccessStatusCode)
            {
                return $"the handler answered {(int)answer.StatusCode}: {Shorten(text)}";
            }

            if (text.Length == 0)
            {
                // The host waits for what never comes, and so does this one, so that the mistake shows here first.
                Tell(HostEventKind.Trouble, "the handler answered with an empty body, on which the host hangs until functionTimeout");
                await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, either.Token);
            }

            return ReadAnswer(text);
        }

        string? ReadAnswer(string text)
        {
            try
            {
                using var json = JsonDocument.Parse(text);
                if (json.RootElement.ValueKind != JsonValueKind.Object)
                {
                    return $"the handler's answer is JSON but no object: {Shorten(text)}";
                }

                foreach (var member in json.RootElement.EnumerateObject())
                {
                    if (member.NameEquals("Logs") && member.Value.ValueKind == JsonValueKind.Array)
                    {
                        foreach (var line in member.Value.EnumerateArray())
                        {
                            Tell(HostEventKind.InvocationLog, line.ToString());
                        }
                    }
                }

                return null;
            }
            catch (JsonException)
            {
                return $"the handler's answer is no JSON object: {Shorten(text)}";
            }
        }

        void Tell(HostEventKind kind, string message) =>
            options.Observer(new HostEvent(kind, message, function.Name, subject, id));
    }

    /// <summary>The headers that every request of the host to the handler has.</summary>
    public void AddHostHeaders(HttpRequestMessage request, Guid invocationId)
    {
        if (app.SendsTraceParent)
        {
            request.Headers.Remove("traceparent");
            request.Headers.TryAddWithoutValidation("traceparent", TraceParent.Create());
        }

        request.Headers.TryAddWithoutValidation("X-Azure-Functions-HostVersion", HostVersion);
        request.Headers.TryAddWithoutValidation("X-Azure-Functions-InvocationId", invocationId.ToString());
    }

    /// <summary>After a timeout the host kills the handler, with every call in flight.</summary>
    public async Task KillLaterAsync(IHandler handler, FunctionDefinition function)
    {
        await Task.Delay(options.KillDelay, options.Time);
        supervisor.Kill($"{function.Name} ran into functionTimeout.", handler);
    }

    private static string Shorten(string text) => text.Length <= ShownOfAnAnswer ? text : $"{text[..ShownOfAnAnswer]}…";
}
