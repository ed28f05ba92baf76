using System.Buffers.Text;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace Hazchem.Functions.Portal;

/// <summary>One page of a table's rows, and where the next begins.</summary>
internal static class Paging
{
    /// <summary>One query. It may give fewer rows than asked for, even none, and still have a next.</summary>
    /// <exception cref="ProblemException">What is said to be the next page's beginning is none.</exception>
    public static async Task<RowPage> ReadAsync(
        TableClient table, string filter, int limit, string? next, CancellationToken cancellationToken, IEnumerable<string>? select = null)
    {
        var beginsAt = next is null ? null : Decode(next);
        try
        {
            await foreach (var page in table.QueryAsync<TableEntity>(filter, limit, select, cancellationToken).AsPages(beginsAt))
            {
                return new RowPage(page.Values, Encode(page.ContinuationToken));
            }
        }
        catch (Exception e) when (next is not null && e is RequestFailedException { Status: 400 } or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw new ProblemException(Problem.BadRequest("next must be what the page before gave."));
        }

        return new RowPage([], null);
    }

    private static string? Encode(string? token) =>
        string.IsNullOrEmpty(token) ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token));

    private static string Decode(string next) =>
        Base64Url.IsValid(next)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(next))
            : throw new ProblemException(Problem.BadRequest("next must be what the page before gave."));
}

internal sealed record RowPage(IReadOnlyList<TableEntity> Values, string? Next);
