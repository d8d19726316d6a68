"""Published files of areas and points: GeoJSON, GeoPackage, shapefile, Parquet, tables. Codes stay text."""
