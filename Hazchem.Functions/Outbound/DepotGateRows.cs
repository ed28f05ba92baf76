using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>The rows <c>outbound</c> in <c>DepotState</c>.</summary>
internal sealed class DepotGateRows(DocumentStorage storage)
{
    private const string Row = "outbound";

    public async Task<StoredGate> ReadAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        var answer = await storage.DepotState.GetEntityIfExistsAsync<TableEntity>(depot.Value, Row, cancellationToken: cancellationToken);
        return answer.HasValue
            ? new StoredGate(Parse(depot, answer.Value!), answer.Value!.ETag)
            : new StoredGate(new DepotGate { Depot = depot }, null);
    }

    /// <returns>Null where another instance wrote it meanwhile.</returns>
    public async Task<StoredGate?> WriteAsync(DepotGate gate, ETag? etag, CancellationToken cancellationToken)
    {
        var entity = ToEntity(gate);
        try
        {
            var answer = etag is null
                ? await storage.DepotState.AddEntityAsync(entity, cancellationToken)
                : await storage.DepotState.UpdateEntityAsync(entity, etag.Value, TableUpdateMode.Replace, cancellationToken);
            return new StoredGate(gate, answer.Headers.ETag);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    private static TableEntity ToEntity(DepotGate gate)
    {
        var entity = new TableEntity(gate.Depot.Value, Row)
        {
            ["Closed"] = gate.Closed?.ToString(),
            ["ClosedSince"] = gate.ClosedSince,
            ["ProbeAt"] = gate.ProbeAt,
            ["Troubles"] = gate.Troubles,
            [DocumentColumns.Reason] = gate.Reason,
        };
        foreach (var (type, known) in gate.Types)
        {
            entity[$"{type}Limit"] = known.Limit;
            entity[$"{type}LimitUntil"] = known.LimitUntil;
            entity[$"{type}ClosedUntil"] = known.ClosedUntil;
            entity[$"{type}Reason"] = known.Reason;
        }

        return entity;
    }

    private static DepotGate Parse(DepotCode depot, TableEntity row)
    {
        var gate = new DepotGate
        {
            Depot = depot,
            Closed = Enum.TryParse<ClosureKind>(row.GetString("Closed"), out var kind) ? kind : null,
            ClosedSince = row.GetDateTimeOffset("ClosedSince"),
            ProbeAt = row.GetDateTimeOffset("ProbeAt"),
            Troubles = row.GetInt32("Troubles") ?? 0,
            Reason = row.GetString(DocumentColumns.Reason),
        };
        foreach (var type in Enum.GetValues<DocumentType>())
        {
            var known = new TypeGate(
                row.GetInt64($"{type}Limit"),
                row.GetDateTimeOffset($"{type}LimitUntil"),
                row.GetDateTimeOffset($"{type}ClosedUntil"),
                row.GetString($"{type}Reason"));
            if (known != new TypeGate())
            {
                gate = gate with { Types = gate.Types.SetItem(type, known) };
            }
        }

        return gate;
    }
}

/// <param name="ETag">Null where there is no row yet.</param>
internal sealed record StoredGate(DepotGate Gate, ETag? ETag);
