using System.Text.Json;

namespace Hazchem.Simulator;

/// <summary>What a test or a person tells the simulator, and asks of it. Only loopback reaches it, so it wants no key.</summary>
internal sealed class ControlApi(HazchemNetwork network)
{
    public const string Prefix = "_simulator";

    private static readonly Answer Done = new(StatusCodes.Status204NoContent);

    public async Task<Answer> AnswerAsync(HttpRequest request, string[] path, CancellationToken cancellationToken)
    {
        try
        {
            return (request.Method, path) switch
            {
                ("PUT", ["depots", var code]) => Do(await ReadAsync<ControlDepot>(request, cancellationToken), d => network.AddDepot(code, d.ApiKey)),
                ("DELETE", ["depots", var code]) => network.RemoveDepot(code) ? Done : Unknown("depot"),
                ("PUT", ["consignments", var number]) => Do(
                    await ReadAsync<ControlConsignment>(request, cancellationToken),
                    c => network.AddConsignment(number, c.Requesting, c.Collection, c.Delivery)),
                ("POST", ["documents"]) => Answer.Json(
                    StatusCodes.Status201Created,
                    new ControlDocumentId(network.Publish(await ReadAsync<PublishedDocument>(request, cancellationToken)))),
                ("POST", ["withdrawals"]) => await ReadAsync<ControlWithdrawal>(request, cancellationToken) is var w
                    && network.Withdraw(w.DocumentId, w.StillListed) ? Done : Unknown("document"),
                ("GET", ["settings"]) => Answer.Json(StatusCodes.Status200OK, SimulatorSettings.Of(network)),
                ("PATCH", ["settings"]) => Do(await ReadAsync<SimulatorSettings>(request, cancellationToken), s => s.ApplyTo(network)),
                ("POST", ["scenario"]) => Do(await ReadAsync<Scenario>(request, cancellationToken), s => s.ApplyTo(network)),
                ("POST", ["forget-keys"]) => Do(network, n => n.ForgetKeys()),
                ("POST", ["expire-cursors"]) => Do(network, n => n.ExpireCursors()),
                ("POST", ["reset"]) => Do(network, n => n.Reset()),
                ("GET", ["received"]) => Answer.Json(StatusCodes.Status200OK, Received()),
                ("GET", ["received", var id, "content"]) => network.Received.FirstOrDefault(d => d.DocumentId == id) is { } held
                    ? new Answer(StatusCodes.Status200OK, held.ContentType, held.Content)
                    : Unknown("document"),
                ("GET", ["requests"]) => Answer.Json(
                    StatusCodes.Status200OK, new ControlRequests(network.Requests.Total, network.Requests.Counts)),
                ("DELETE", ["requests"]) => Do(network, n => n.Requests.Reset()),
                _ => Unknown("operation"),
            };
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            return Answer.Json(StatusCodes.Status400BadRequest, new ControlProblem(e.Message));
        }
    }

    private static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken) =>
        await JsonSerializer.DeserializeAsync<T>(request.Body, SimulatorJson.Options, cancellationToken) ?? throw new JsonException("The body is null.");

    private static Answer Do<T>(T on, Action<T> act)
    {
        act(on);
        return Done;
    }

    private static Answer Unknown(string what) =>
        Answer.Json(StatusCodes.Status404NotFound, new ControlProblem($"There is no such {what}."));

    private IReadOnlyList<ControlReceived> Received() =>
    [
        .. network.Received.Select(d => new ControlReceived(
            d.DocumentId,
            d.Depot,
            d.Consignment,
            d.DocumentType,
            d.FileName,
            d.ContentType,
            d.Length,
            d.Sha256,
            d.CapturedAt is { } at ? WireTime.Format(at) : null,
            d.IdempotencyKey,
            WireTime.Format(d.ReceivedAt))),
    ];
}
