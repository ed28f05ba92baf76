using System.Globalization;
using System.Security.Cryptography;

namespace Hazchem.Simulator;

/// <summary>
/// What Hazchem knows and holds, all in memory. Thread-safe; whatever is changed holds from the next call on.
/// </summary>
public sealed class HazchemNetwork
{
    private readonly Lock _gate = new();
    private readonly SimulatorOptions _options;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, string> _keyOfDepot = [];
    private readonly Dictionary<string, Consignment> _consignments = new(StringComparer.OrdinalIgnoreCase);
    private readonly DocumentShelf _shelf = new();
    private readonly Dictionary<string, bool> _withdrawn = new(StringComparer.Ordinal);
    private readonly IdempotencyKeys _keys;
    private readonly List<ReceivedDocument> _received = [];
    private FaultDraw _faults = new(FaultPlan.None);
    private volatile SizeLimits _limits = new();
    private volatile CallLimits _callLimits;
    private volatile bool _acceptUnknownConsignments;
    private volatile bool _refusedAttemptsUseUpTheirKey;
    private long _clockOffsetTicks;
    private int _lastId;

    internal HazchemNetwork(SimulatorOptions options)
    {
        _options = options;
        _clock = options.TimeProvider ?? TimeProvider.System;
        _keys = new IdempotencyKeys(options.KeyLifetime);
        CallGate = new CallGate(_clock);
        _callLimits = CallLimitsOf(options);
        _acceptUnknownConsignments = options.AcceptUnknownConsignments;
        _refusedAttemptsUseUpTheirKey = options.RefusedAttemptsUseUpTheirKey;
    }

    /// <summary>The faults to make. Setting it begins again with the plan's seed.</summary>
    public FaultPlan Faults
    {
        get => Volatile.Read(ref _faults).Plan;
        set
        {
            if (value.Problems().FirstOrDefault() is { } problem)
            {
                throw new ArgumentException(problem, nameof(value));
            }

            Volatile.Write(ref _faults, new FaultDraw(value));
        }
    }

    /// <summary>The most bytes of a document, by type.</summary>
    public SizeLimits Limits
    {
        get => _limits;
        set => _limits = value;
    }

    /// <summary>How often a key may call.</summary>
    public CallLimits CallLimits
    {
        get => _callLimits;
        set => _callLimits = value;
    }

    /// <summary>Takes a number that was never announced as a consignment that the caller requested and collects.</summary>
    public bool AcceptUnknownConsignments
    {
        get => _acceptUnknownConsignments;
        set => _acceptUnknownConsignments = value;
    }

    /// <summary>Whether an attempt that got 413 or 422 binds its idempotency key to the bytes that arrived.</summary>
    public bool RefusedAttemptsUseUpTheirKey
    {
        get => _refusedAttemptsUseUpTheirKey;
        set => _refusedAttemptsUseUpTheirKey = value;
    }

    /// <summary>How far Hazchem's clock is ahead of the true time: of its stamps and of the <c>Date</c> of every answer.</summary>
    public TimeSpan ClockOffset
    {
        get => new(Interlocked.Read(ref _clockOffsetTicks));
        set => Interlocked.Exchange(ref _clockOffsetTicks, value.Ticks);
    }

    /// <summary>How many calls came, and how they ended.</summary>
    public RequestLog Requests { get; } = new();

    /// <summary>What depots sent and Hazchem holds, in the order of arrival.</summary>
    public IReadOnlyList<ReceivedDocument> Received
    {
        get
        {
            lock (_gate)
            {
                return [.. _received];
            }
        }
    }

    /// <summary>The depots' codes.</summary>
    public IReadOnlyList<string> Depots
    {
        get
        {
            lock (_gate)
            {
                return [.. _keyOfDepot.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    internal Cursors Cursors { get; } = new();

    internal CallGate CallGate { get; }

    internal FaultDraw FaultDraw => Volatile.Read(ref _faults);

    /// <summary>How many of a depot's calls are being answered just now.</summary>
    public int UnderWay(string depot) => CallGate.UnderWay(depot);

    /// <summary>Makes a depot known, or gives it this key instead of the one it had.</summary>
    /// <exception cref="ArgumentException">The code has not three digits, or the key is empty or another depot's.</exception>
    public void AddDepot(string code, string apiKey)
    {
        if (code.Length != 3 || !code.All(char.IsAsciiDigit))
        {
            throw new ArgumentException($"A depot's code has three digits, such as 045; '{code}' has not.", nameof(code));
        }

        if (apiKey.Length == 0 || apiKey.Any(c => c is <= ' ' or > '~'))
        {
            throw new ArgumentException($"The key of depot {code} must be printable ASCII without spaces.", nameof(apiKey));
        }

        lock (_gate)
        {
            if (_keyOfDepot.Any(d => d.Key != code && d.Value == apiKey))
            {
                throw new ArgumentException($"The key of depot {code} is another depot's.", nameof(apiKey));
            }

            _keyOfDepot[code] = apiKey;
        }
    }

    /// <summary>Gives a depot another key; the old one is wrong from now on.</summary>
    public void ChangeKey(string code, string apiKey) => AddDepot(code, apiKey);

    /// <summary>Makes a depot's key unknown. What it sent and what it may see is kept.</summary>
    /// <returns>Whether there was one.</returns>
    public bool RemoveDepot(string code)
    {
        lock (_gate)
        {
            return _keyOfDepot.Remove(code);
        }
    }

    /// <summary>Announces a consignment, or changes it. Documents already published are not affected.</summary>
    /// <exception cref="ArgumentException">The number is no consignment number.</exception>
    public void AddConsignment(string number, string? requesting, string? collection, string? delivery)
    {
        if (!Consignment.IsNumber(number))
        {
            throw new ArgumentException($"'{number}' is no consignment number.", nameof(number));
        }

        lock (_gate)
        {
            _consignments[number] = new Consignment(number, requesting, collection, delivery);
        }
    }

    /// <summary>Makes a document available. Returns its id.</summary>
    /// <exception cref="ArgumentException">The id is taken or not 1 to 128 printable ASCII characters, or nobody can be told to see it.</exception>
    public string Publish(PublishedDocument document)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var id = document.DocumentId ?? NextId();
            if (id.Length is 0 or > 128 || id.Any(c => c is < ' ' or > '~'))
            {
                throw new ArgumentException("A document's id has 1 to 128 printable ASCII characters.", nameof(document));
            }

            if (_shelf.Contains(id))
            {
                throw new ArgumentException($"There is a document {id} already.", nameof(document));
            }

            var consignment = _consignments.GetValueOrDefault(document.ConsignmentNumber);
            if (consignment is null && document.VisibleTo is null)
            {
                throw new ArgumentException(
                    $"The consignment {document.ConsignmentNumber} was not announced; announce it, or say with visibleTo who sees the document.",
                    nameof(document));
            }

            var seenBy = document.VisibleTo ?? [.. consignment!.Depots.Where(d => Concerns(document.DocumentType, consignment.RolesOf(d)))];
            _shelf.Add(new StoredDocument(
                id,
                document.ConsignmentNumber,
                document.DocumentType,
                document.ContentType ?? WireNames.MediaTypeOf(document.Content.Span) ?? "application/octet-stream",
                document.Content,
                document.Length ?? document.Content.Length,
                document.Sha256 ?? Convert.ToHexStringLower(SHA256.HashData(document.Content.Span)),
                WireTime.ToMilliseconds(document.AvailableAt ?? now + ClockOffset),
                now + document.ListedAfter,
                seenBy.Where(d => d != document.SentBy).Distinct()
                    .ToDictionary(d => d, d => document.DepotRoles ?? consignment?.RolesOf(d) ?? []),
                document.ListedAs));
            return id;
        }
    }

    /// <summary>Takes a document back: its content gets 410.</summary>
    /// <param name="stillListed">Whether listings go on to name it, as they do to a depot that listed it just before.</param>
    /// <returns>Whether there is such a document.</returns>
    public bool Withdraw(string documentId, bool stillListed = true)
    {
        lock (_gate)
        {
            if (!_shelf.Contains(documentId))
            {
                return false;
            }

            _withdrawn[documentId] = stillListed;
            return true;
        }
    }

    /// <summary>Forgets every idempotency key, as Hazchem may after 24 hours.</summary>
    public void ForgetKeys()
    {
        lock (_gate)
        {
            _keys.Forget();
        }
    }

    /// <summary>Makes every cursor given out so far expire.</summary>
    public void ExpireCursors() => Cursors.ExpireAll();

    /// <summary>Back to the state after the start: nothing known, nothing held, no faults, the options' settings.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _keyOfDepot.Clear();
            _consignments.Clear();
            _shelf.Clear();
            _withdrawn.Clear();
            _keys.Forget();
            _received.Clear();
        }

        Cursors.ExpireAll();
        Requests.Reset();
        Faults = FaultPlan.None;
        Limits = new SizeLimits();
        CallLimits = CallLimitsOf(_options);
        AcceptUnknownConsignments = _options.AcceptUnknownConsignments;
        RefusedAttemptsUseUpTheirKey = _options.RefusedAttemptsUseUpTheirKey;
        ClockOffset = TimeSpan.Zero;
    }

    internal string? DepotOf(string apiKey)
    {
        lock (_gate)
        {
            return _keyOfDepot.FirstOrDefault(d => d.Value == apiKey).Key;
        }
    }

    /// <summary>Judges what a depot sent and holds it if it may be. One at a time, so that a key counts once.</summary>
    internal Answer Accept(Submission sent)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var fieldErrors = SendRules.FieldErrors(sent);
            var use = _keys.Find(sent.Depot, sent.IdempotencyKey, now);
            if (fieldErrors.Count == 0 && use is not null)
            {
                if (use.Sha256 != sent.Sha256)
                {
                    return Answer.Error(StatusCodes.Status409Conflict, "IDEMPOTENCY_CONFLICT", "This key was used for other content.");
                }

                if (use.Receipt is not null)
                {
                    return Answer.Json(StatusCodes.Status200OK, use.Receipt);
                }
            }

            var consignment = ConsignmentFor(sent);
            var refusal = fieldErrors.Count > 0
                ? Answer.Invalid(fieldErrors)
                : SendRules.Refusal(sent, consignment, Limits.For(sent.DocumentType));
            if (refusal is not null)
            {
                if (RefusedAttemptsUseUpTheirKey && use is null
                    && refusal.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status422UnprocessableEntity)
                {
                    _keys.Remember(sent.Depot, sent.IdempotencyKey, new(sent.ActualSha256, null, now));
                }

                return refusal;
            }

            return Answer.Json(StatusCodes.Status201Created, Hold(sent, consignment!, now));
        }
    }

    /// <summary>What a depot is shown of a listing, and the cursor for the rest.</summary>
    internal WirePage ListFor(string depot, DateTimeOffset changedSince, Cursor? after, int pageSize)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var found = _shelf.Listed(depot, changedSince, after, now)
                .Where(d => _withdrawn.GetValueOrDefault(d.Id, true))
                .Take(pageSize + 1)
                .ToList();
            var more = found.Count > pageSize;
            var page = found.Take(pageSize).ToList();
            return new WirePage(
                [
                    .. page.Select(d => d.ListedAs ?? (object)new WireDocument(
                        d.Id, d.ConsignmentNumber, d.DocumentType, d.Roles[depot], d.ContentType, d.Length, d.Sha256, WireTime.Format(d.AvailableAt))),
                ],
                more ? Cursors.Issue(new Cursor(depot, changedSince, page[^1].AvailableAt, page[^1].Id), now) : null);
        }
    }

    /// <summary>A document that a depot may see, or null, and whether it was taken back.</summary>
    internal (StoredDocument? Document, bool Withdrawn) FindFor(string depot, string documentId)
    {
        lock (_gate)
        {
            var document = _shelf.Find(documentId);
            return document is not null && document.Roles.ContainsKey(depot) && document.ListedFrom <= _clock.GetUtcNow()
                ? (document, _withdrawn.ContainsKey(documentId))
                : (null, false);
        }
    }

    private static CallLimits CallLimitsOf(SimulatorOptions options) =>
        new(options.RequestsPerSecond, options.Burst, options.Concurrency);

    /// <summary>Whether a type is for a depot with these roles. Of the types that are sent, a proof of delivery is listed to nobody.</summary>
    private static bool Concerns(string documentType, IReadOnlyList<string> roles) => documentType switch
    {
        WireNames.DeliveryImage => roles.Contains(WireNames.Requesting) || roles.Contains(WireNames.Collection),
        WireNames.CustomerPaperwork => roles.Contains(WireNames.Delivery),
        _ => roles.Count > 0,
    };

    private Consignment? ConsignmentFor(Submission sent)
    {
        if (!Consignment.IsNumber(sent.ConsignmentNumber))
        {
            return null;
        }

        return _consignments.GetValueOrDefault(sent.ConsignmentNumber)
            ?? (AcceptUnknownConsignments ? new Consignment(sent.ConsignmentNumber, sent.Depot, sent.Depot, null) : null);
    }

    private WireReceipt Hold(Submission sent, Consignment consignment, DateTimeOffset now)
    {
        var receivedAt = WireTime.ToMilliseconds(now + ClockOffset);
        var id = NextId();
        _received.Add(new ReceivedDocument(
            id,
            sent.Depot,
            consignment.Number,
            sent.DocumentType,
            sent.FileName,
            sent.ContentType,
            sent.ActualSha256,
            sent.Content,
            WireTime.TryParse(sent.CapturedAt, out var capturedAt) ? capturedAt : null,
            sent.IdempotencyKey,
            receivedAt));

        var receipt = new WireReceipt(id, consignment.Number, sent.DocumentType, WireTime.Format(receivedAt));
        _keys.Remember(sent.Depot, sent.IdempotencyKey, new(sent.ActualSha256, receipt, now));

        if (sent.DocumentType != WireNames.ProofOfDelivery)
        {
            Publish(new PublishedDocument
            {
                ConsignmentNumber = consignment.Number,
                DocumentType = sent.DocumentType,
                Content = sent.Content,
                ContentType = sent.ContentType,
                DocumentId = id,
                SentBy = sent.Depot,
                VisibleTo = [.. consignment.Depots.Where(d => Concerns(sent.DocumentType, consignment.RolesOf(d)))],
            });
        }

        return receipt;
    }

    private string NextId()
    {
        string id;
        do
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{_options.IdPrefix}{++_lastId:D9}");
        }
        while (_shelf.Contains(id));

        return id;
    }
}
