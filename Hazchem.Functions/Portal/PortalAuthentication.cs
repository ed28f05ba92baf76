namespace Hazchem.Functions.Portal;

/// <summary>How the app knows who is at the web page.</summary>
internal enum PortalAuthentication
{
    /// <summary>By the headers of App Service authentication, which takes away those that came from outside.</summary>
    AppService,

    /// <summary>Nobody is asked. For a run on one's own machine.</summary>
    None,
}
