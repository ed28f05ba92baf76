namespace Hazchem.Simulator;

/// <summary>The operations of Hazchem's API.</summary>
public enum ApiRoute
{
    /// <summary><c>POST /v1/consignments/{consignmentNumber}/documents</c>.</summary>
    Send,

    /// <summary><c>GET /v1/documents</c>.</summary>
    List,

    /// <summary><c>GET /v1/documents/{documentId}/content</c>.</summary>
    Content,
}
