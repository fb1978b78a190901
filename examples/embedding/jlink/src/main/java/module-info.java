/** A program that classifies a picture. */
module org.example.shapes {
    requires dev.graft;
}
